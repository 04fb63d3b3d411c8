import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeId, toTaskKey } from "../../src/domain/ids.ts";
import { sampleTask } from "../../src/testing/samples.ts";
import { openCommandLine } from "./command-line.ts";

const line = openCommandLine();
const settings = {
  checks: [{ name: "all", kind: "other", command: ["true"] }],
  board: { location: "checkout" },
};
const config = `${JSON.stringify(settings)}\n`;
const todo = line.setUpRepository("todo", { "aas.config.jsonc": config, "src/todo.ts": "export {};\n" });

/** One task that a blueprint serves, and one that only a model could plan. */
beforeAll(async () => {
  await using project = await line.openProject(todo);
  const { db, home, clock } = project;
  await db.projects.insert({ id: home.id, name: home.name, repository: home.root, createdAt: clock.now() });
  const shared = { projectId: home.id, runId: null, files: [], acceptance: [] };
  const plugin = {
    id: makeId("tsk", "211"),
    key: toTaskKey("AAS-211"),
    title: "Create a hello world plugin",
  };
  const story = { id: makeId("tsk", "212"), key: toTaskKey("AAS-212"), title: "Write a story" };
  await db.tasks.insert(sampleTask({ ...shared, ...plugin }));
  await db.tasks.insert(sampleTask({ ...shared, ...story }));
});

afterAll(() => line.close());

describe("aas task decompose", { shuffle: false }, () => {
  test("a dry run shows the parts and writes nothing", async () => {
    await using project = await line.openProject(todo);
    const before = await project.db.runs.list(project.home.id, {});
    const { code, document } = await line.runJson(["task", "decompose", "AAS-211", "--dry-run"], {
      cwd: todo.folder,
    });

    expect([code, document.result]).toMatchObject([0, { dryRun: true, parent: "AAS-211", runId: null }]);
    expect(document.result.parts).toMatchObject([{ id: "plugin", builder: { kind: "blueprint" } }]);
    expect((await project.db.tasks.list(project.home.id)).map(({ key }) => key)).toEqual([
      "AAS-211",
      "AAS-212",
    ]);
    expect(await project.db.runs.list(project.home.id, {})).toEqual(before);
  });

  test("a task gets its parts, waits for them, and the board shows it; a second time is told what is there", async () => {
    const first = await line.run(["task", "decompose", "AAS-211"], { cwd: todo.folder });
    const second = await line.runJson(["task", "decompose", "AAS-211"], { cwd: todo.folder });

    expect([first.code, first.stdout]).toEqual([
      0,
      expect.stringContaining("AAS-211 has 1 part\n  AAS-211-1  "),
    ]);
    expect(first.stdout).toContain("AAS-211 waits for AAS-211-1. It cost $0.000000 (run_");
    expect([second.code, second.document.error?.message]).toEqual([
      9,
      "AAS-211 has its parts already: AAS-211-1.",
    ]);
    const board = readFileSync(join(todo.folder, "ACTIVE_TASKS.md"), "utf8");
    expect(board).toMatch(/^\| AAS-211 \|.*\| AAS-211-1 \| Blocked/mu);
    expect(board).toMatch(/^\| AAS-211-1 \|.*Add the hello_world plugin/mu);
  });

  test("the parts show whose they are", async () => {
    const { document } = await line.runJson(["task", "show", "AAS-211-1"], { cwd: todo.folder });

    expect(document.result).toMatchObject({ key: "AAS-211-1", parent: "AAS-211" });
  });
});

test.each([
  ["AAS-212", 3, "no_model"],
  ["AAS-999", 2, "not_found"],
  ["parts", 2, "usage"],
])("%s cannot be split: exit code %s, %s", async (key, exitCode, errorCode) => {
  const { code, document } = await line.runJson(["task", "decompose", key], { cwd: todo.folder });

  expect([code, document.error?.code, document.error?.fix]).toEqual([
    exitCode,
    errorCode,
    expect.any(String),
  ]);
});

test("what no planner serves leaves no run behind", async () => {
  await using project = await line.openProject(todo);
  const before = await project.db.runs.list(project.home.id, {});

  const { code } = await line.run(["task", "decompose", "AAS-212"], { cwd: todo.folder });

  expect(code).toBe(3);
  expect(await project.db.runs.list(project.home.id, {})).toEqual(before);
});

test("a dry run of a goal shows price, width, chain and time with what they assume", async () => {
  const { code, stdout } = await line.run(["automate", "Create a hello moon plugin", "--dry-run"], {
    cwd: todo.folder,
  });

  expect(code).toBe(0);
  expect(stdout).toContain("1 task, 1 at once at most, 1 after each other");
  expect(stdout).toContain("It costs nothing");
  expect(stdout).toContain(
    "About 2 m of building: 1 round of 2 m (assumed, nothing was built here yet), one attempt a task",
  );
});
