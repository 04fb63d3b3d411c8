import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { makeId } from "../../src/domain/ids.ts";
import { sampleRun } from "../../src/testing/samples.ts";
import { openCommandLine } from "./command-line.ts";

const line = openCommandLine();
const program = fileURLToPath(new URL("../../bin/aas.mjs", import.meta.url));
const repository = line.setUpRepository("todo");
const plan = join(line.folder, "plan.json");
writeFileSync(plan, '{ "tasks": [{ "id": "a", "title": "A", "files": ["a.txt"] }] }');

afterAll(() => line.close());

test.each([
  [["automate", "x", "--plan", plan, "--tasks", "AAS-1"], "--plan and --tasks both say what to work on."],
  [["automate", "x", "--wait", "--detach"], "--wait follows the run and --detach does not."],
  [["automate", "Create a hello world plugin", "--budget", "1e308"], "is not an amount of dollars"],
  [["automate", "Create a hello world plugin", "--budget", "0x10"], "is not an amount of dollars"],
  [["automate", "list", "--limit", "abc"], "is not a whole number from 1 to 1000"],
  [["worker", "--concurrency", "0"], "is not a whole number from 1 to 64"],
  [["automate", "x", "--tasks", "AAS-99"], "These tasks do not exist: AAS-99."],
  [["automate", "statu"], "Did you mean aas automate status?"],
])("%j is refused and starts nothing", { timeout: 60_000 }, async (args, message) => {
  const { code, document } = await line.runJson(args, { cwd: repository.folder });

  expect([code, document.error?.message]).toEqual([2, expect.stringContaining(message)]);
  await using project = await line.openProject(repository);
  expect(await project.db.runs.list(project.home.id, { limit: 9 })).toEqual([]);
});

test.each(["", "run_", "r-"])("%j is no run, not even when there is only one", async (text) => {
  const single = line.setUpRepository(`single${text.length}`);
  await using project = await line.openProject(single);
  const { home, db, clock } = project;
  await db.projects.insert({ id: home.id, name: home.name, repository: home.root, createdAt: clock.now() });
  const id = makeId("run", `single${text.length}`);
  await db.runs.insert(sampleRun({ id, projectId: home.id }));

  for (const args of [
    ["cancel", text, "--yes"],
    ["status", text],
    ["pause", text],
  ]) {
    const { code, document } = await line.runJson(["automate", ...args], { cwd: single.folder });

    expect([code, document.error?.code]).toEqual([2, "usage"]);
  }
  expect((await db.runs.get(id)).state).toEqual({ status: "queued" });
});

test("a priority of what is over, and logs of a task that the run has not, are refused", async () => {
  const over = line.setUpRepository("over");
  await using project = await line.openProject(over);
  const { home, db, clock } = project;
  await db.projects.insert({ id: home.id, name: home.name, repository: home.root, createdAt: clock.now() });
  const state = { status: "completed", outcome: "full" } as const;
  await db.runs.insert(sampleRun({ id: makeId("run", "over"), projectId: home.id, state }));

  const priority = await line.runJson(["automate", "prioritize", "run_over", "urgent"], { cwd: over.folder });
  const logs = await line.runJson(["automate", "logs", "run_over", "--task", "NOPE-1"], { cwd: over.folder });

  expect([priority.code, priority.document.error?.code]).toEqual([9, "conflict"]);
  expect([logs.code, logs.document.error?.message]).toEqual([2, "run_over has no task NOPE-1."]);
});

test("a remote that nobody answers at may be tried again, and says how to look", async () => {
  const away = line.setUpRepository("away");
  away.git("remote", "add", "origin", "http://127.0.0.1:9/x");

  const { code, document } = await line.runJson(["init", "--yes"], { cwd: away.folder });

  expect([code, document.error]).toEqual([
    7,
    expect.objectContaining({
      code: "remote_unavailable",
      fix: "See that it can be reached (git ls-remote says more), then repeat.",
    }),
  ]);
});

test("an answer that cannot be written is an error in one line", () => {
  const { status, stderr } = spawnSync(
    "sh",
    ["-c", `"${process.execPath}" "${program}" --version > /dev/full`],
    {
      encoding: "utf8",
    },
  );

  expect([status, stderr]).toEqual([
    1,
    "error: the answer could not be written: ENOSPC: no space left on device, write\n",
  ]);
});

test.each([
  [["automate", "approve"], "aas automate approve --help"],
  [["batch", "statu"], "aas batch --help"],
  [["--frob", "automate", "list"], "aas automate list --help"],
  [["lst"], "aas --help"],
])("%j names the help that fits", async (args, fix) => {
  const { code, document } = await line.runJson(args, { cwd: repository.folder });

  expect([code, document.error?.fix]).toEqual([2, fix]);
});

test("help of a command within a command is that command's", async () => {
  const { stdout } = await line.run(["help", "automate", "approve"], { cwd: repository.folder });

  expect(stdout).toContain("Usage: aas automate approve [options] <run> [commit]");
});

test("settings that name a base branch which does not exist are refused", async () => {
  const other = line.setUpRepository("other", { "aas.config.jsonc": '{ "base": "release" }\n' });

  const { code, document } = await line.runJson(["automate", "Create a hello world plugin"], {
    cwd: other.folder,
  });

  expect([code, document.error?.message]).toEqual([1, "There is no branch release yet."]);
});

test.each([
  ["is a file", ["automate", "status"], () => plan],
  ["cannot be made", ["automate", "status"], () => "/proc/aas"],
  ["is a file", ["init", "--yes"], () => plan],
  ["cannot be made", ["init", "--yes"], () => "/proc/aas"],
])("a state folder that %s is an error with a cure of %j", async (_name, args, place) => {
  const env = { AAS_STATE_HOME: place() };
  const { code, document } = await line.runJson(args, { cwd: repository.folder, env });

  expect([code, document.error]).toMatchObject([
    3,
    { code: "config_invalid", fix: "Set AAS_STATE_HOME to a folder that you may write." },
  ]);
});

test.each([[["automate", "status"]], [["init", "--yes"]], [["doctor"]]])(
  "a relative state folder is refused by %j, and nothing is made",
  async (args) => {
    const { code, document, stdout } = await line.runJson(args, {
      cwd: repository.folder,
      env: { AAS_STATE_HOME: "state" },
    });

    expect(code).toBe(args[0] === "doctor" ? 1 : 3);
    expect(document.ok).toBe(false);
    expect(stdout).toContain(`Set AAS_STATE_HOME to an absolute path, such as ${repository.folder}/state.`);
    expect(existsSync(join(repository.folder, "state"))).toBe(false);
  },
);

test.each([[["automate", "status"]], [["doctor"]]])(
  "an AAS_DATABASE_URL that is none is refused by %j without its password",
  async (args) => {
    const env = { AAS_DATABASE_URL: "mysql://ada:very-secret@127.0.0.1/aas" };
    const { code, stdout, stderr } = await line.run(args, { cwd: repository.folder, env });

    expect(code).toBe(args[0] === "doctor" ? 1 : 3);
    expect(stdout + stderr).toContain("AAS_DATABASE_URL does not begin with postgresql://; expected");
    expect(stdout + stderr).not.toContain("very-secret");
  },
);

test("a damaged project file names itself and the cure", async () => {
  const damaged = line.setUpRepository("damaged");
  const names = readdirSync(join(line.stateFolder, "projects"));
  const name = names.find((each) => each.startsWith("damaged")) ?? "";
  writeFileSync(join(line.stateFolder, "projects", name, "project.json"), "{");

  const { code, document } = await line.runJson(["automate", "status"], { cwd: damaged.folder });

  expect([code, document.error?.fix]).toEqual([3, "Delete it, then: aas init"]);
});
