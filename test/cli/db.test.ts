import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readMigrations } from "../../src/adapters/postgres/migration-files.ts";
import { makeId, toTaskKey } from "../../src/domain/ids.ts";
import { makeEvent } from "../../src/pipeline/recording/make-event.ts";
import type { FixtureRepository } from "../../src/testing/git-fixtures.ts";
import { emptyDatabaseForTests } from "../../src/testing/postgres-for-tests.ts";
import { sampleRun, sampleTask } from "../../src/testing/samples.ts";
import { type CommandLine, openCommandLine } from "./command-line.ts";

const latest = (await readMigrations()).length;

const line: CommandLine = openCommandLine();
const todo = line.setUpRepository("todo");
const fresh = line.setUpRepository("fresh");
const exported = join(line.folder, "facts.jsonl");
const goal = 'Zwei\u2028Zeilen, "Tür" und\nUmbruch';

beforeAll(async () => {
  await using project = await line.openProject(todo);
  const { home, clock } = project;
  await project.db.projects.insert({
    id: home.id,
    name: "todo",
    repository: home.root,
    createdAt: clock.now(),
  });
  const run = sampleRun({ id: makeId("run", "export"), projectId: home.id, goal });
  await project.db.runs.insert(run);
  for (let number = 1; number <= 250; number += 1) {
    const id = makeId("tsk", `export${number}`);
    await project.db.tasks.insert(
      sampleTask({ id, key: toTaskKey(`AAS-${number}`), projectId: home.id, runId: run.id }),
    );
  }
  const fields = { projectId: home.id, runId: run.id, type: "run.created", subject: run.id } as const;
  await project.db.events.append([makeEvent(project, fields)]);
  await line.run(["db", "export", exported], { cwd: todo.folder });
});

afterAll(() => line.close());

test("an export holds every row and nobody else may read it", () => {
  const lines = readFileSync(exported, "utf8").trimEnd().split("\n");

  expect(lines[0]).toBe(`{"format":"aas-facts","version":1,"migration":${latest}}`);
  expect(lines.at(-1)).toBe('{"end":{"rows":253}}');
  expect(lines).toHaveLength(255);
  expect(statSync(exported).mode & 0o777).toBe(0o600);
});

test("an export that is imported elsewhere is exported byte for byte the same, and can be read", async () => {
  const copy = line.setUpRepository("copy");
  const again = join(line.folder, "again.jsonl");

  const imported = await line.runJson(["db", "import", exported], { cwd: copy.folder });
  const second = await line.run(["db", "export", again], { cwd: copy.folder });

  expect(imported.document).toMatchObject({ ok: true, result: { rows: { runs: 1, tasks: 250, events: 1 } } });
  expect(second).toMatchObject({ code: 0 });
  expect(readFileSync(again, "utf8")).toBe(readFileSync(exported, "utf8"));
  expect(await goalsOf(copy)).toEqual([goal]);
});

test("embedded facts move into a team's server", async () => {
  const server = await emptyDatabaseForTests();
  const again = join(line.folder, "team.jsonl");
  try {
    const env = { AAS_DATABASE_URL: server.url };
    const moved = await line.run(["db", "import", exported], { cwd: todo.folder, env });
    await line.run(["db", "export", again], { cwd: todo.folder, env });

    expect(moved.code).toBe(0);
    expect(readFileSync(again, "utf8")).toBe(readFileSync(exported, "utf8"));
  } finally {
    await server.drop();
  }
});

test("a project that has facts is not imported into", async () => {
  const ended = await line.runJson(["db", "import", exported], { cwd: todo.folder });

  expect(ended.code).toBe(9);
  expect(ended.document.error).toMatchObject({
    code: "conflict",
    message: expect.stringContaining("1 runs and 250 tasks"),
    fix: expect.stringContaining("AAS_DATABASE_URL"),
  });
});

test("an export never overwrites a file", async () => {
  const before = readFileSync(exported, "utf8");

  const ended = await line.runJson(["db", "export", exported], { cwd: todo.folder });

  expect(ended.code).toBe(2);
  expect(ended.document.error).toMatchObject({
    code: "usage",
    message: expect.stringContaining("exists already"),
  });
  expect(readFileSync(exported, "utf8")).toBe(before);
});

test("an export into a folder that is not there says so", async () => {
  const ended = await line.runJson(["db", "export", join(line.folder, "no", "where")], { cwd: todo.folder });

  expect(ended.code).toBe(2);
  expect(ended.document.error?.message).toMatch(/cannot be written: ENOENT/u);
});

test.each([
  ["is cut off", (text: string) => text.slice(0, -200), /ends too early|is not a row/u],
  [
    "lacks a line",
    (text: string) => text.replace(/\n\{"table":"tasks".*/u, ""),
    /says to have 253 rows and has 252/u,
  ],
  ["is something else", () => "hello\n", /not an export of aas/u],
  ["is empty", () => "", /it is empty/u],
  [
    "comes from a newer version",
    (text: string) => text.replace(`"migration":${latest}`, `"migration":${latest + 1}`),
    /newer aas/u,
  ],
  [
    "has a strange line",
    (text: string) => text.replace('{"table":"runs"', '{"tablet":"runs"'),
    /Line 3 .*not a row/u,
  ],
])("a file that %s is refused and changes nothing", async (name, spoil, message) => {
  const file = join(line.folder, `${name}.jsonl`);
  writeFileSync(file, spoil(readFileSync(exported, "utf8")));

  const ended = await line.runJson(["db", "import", file], { cwd: fresh.folder });

  expect(ended.code).toBeGreaterThan(0);
  expect(ended.document).toMatchObject({
    ok: false,
    error: { message: expect.stringMatching(message), fix: expect.any(String) },
  });
  expect(await goalsOf(fresh)).toEqual([]);
});

test("a missing file is named", async () => {
  const ended = await line.runJson(["db", "import", "nowhere.jsonl"], { cwd: todo.folder });

  expect(ended.code).toBe(2);
  expect(ended.document.error?.message).toContain(join(todo.folder, "nowhere.jsonl"));
});

test("a project without facts has nothing to export", async () => {
  const ended = await line.runJson(["db", "export", join(line.folder, "empty.jsonl")], { cwd: fresh.folder });

  expect(ended.document.error).toMatchObject({ code: "not_found", fix: 'aas automate "<goal>"' });
});

test("migrating says where the tables stand", async () => {
  const ended = await line.run(["db", "migrate"], { cwd: todo.folder });

  expect(ended).toEqual({
    code: 0,
    stdout: `The tables are up to date (migration ${latest}).\n`,
    stderr: "",
  });
});

async function goalsOf(repository: FixtureRepository): Promise<readonly string[]> {
  await using project = await line.openProject(repository);
  return (await project.db.runs.list(project.home.id, {})).map((run) => run.goal);
}
