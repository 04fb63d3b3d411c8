import { afterAll, beforeAll, expect, test } from "vitest";
import { makeId, toTaskKey } from "../../src/domain/ids.ts";
import { createRepository } from "../../src/testing/git-fixtures.ts";
import { sampleAttempt } from "../../src/testing/building-samples.ts";
import { sampleRun, sampleSha, sampleTask } from "../../src/testing/samples.ts";
import { openCommandLine } from "./command-line.ts";

const line = openCommandLine();
const todo = line.setUpRepository("todo", { "aas.config.jsonc": '{ "board": { "prefix": "SHOP" } }\n' });
const empty = line.setUpRepository("empty");
const runId = makeId("run", "tasks");

/** A run with a task that is done, one that waits for it no more, and one that needs a person. */
beforeAll(async () => {
  await using project = await line.openProject(todo);
  const { db, home, clock } = project;
  await db.projects.insert({ id: home.id, name: home.name, repository: home.root, createdAt: clock.now() });
  await db.runs.insert(sampleRun({ id: runId, projectId: home.id }));
  const shared = { projectId: home.id, runId };
  await db.tasks.insert(
    sampleTask({
      ...shared,
      id: makeId("tsk", "1"),
      key: toTaskKey("SHOP-1"),
      state: { status: "done", commit: sampleSha(9) },
    }),
  );
  await db.tasks.insert(
    sampleTask({
      ...shared,
      id: makeId("tsk", "2"),
      key: toTaskKey("SHOP-2"),
      title: "Sort by due date",
      dependsOn: [toTaskKey("SHOP-1")],
      state: { status: "needs_review", reason: "3 attempts failed" },
    }),
  );
  await db.tasks.insert(
    sampleTask({
      ...shared,
      id: makeId("tsk", "3"),
      key: toTaskKey("SHOP-3"),
      title: "Docs",
      dependsOn: [toTaskKey("SHOP-2")],
    }),
  );
  const failure = {
    kind: "checks",
    summary: "2 tests fail",
    details: ["sorts: expected 1\n  got 2"],
  } as const;
  await db.attempts.insert(
    sampleAttempt({
      id: makeId("att", "1"),
      taskId: makeId("tsk", "2"),
      runId,
      state: { status: "failed", failure },
    }),
  );
});

afterAll(() => line.close());

test("the list shows each task with its word, what it waits for, and why a person is needed", async () => {
  const { stdout, code } = await line.run(["task", "list"], { cwd: todo.folder });

  expect(code).toBe(0);
  expect(stdout).toContain("SHOP-1  Done          medium  Store due dates");
  expect(stdout).toContain("SHOP-2  Needs Review  medium  Sort by due date  after SHOP-1");
  expect(stdout).toContain("        why: 3 attempts failed");
  expect(stdout).toContain("SHOP-3  Blocked       medium  Docs  after SHOP-2");
});

test("an empty board says how to fill it, and is an empty list to scripts", async () => {
  const text = await line.run(["task", "list"], { cwd: empty.folder });
  const { document } = await line.runJson(["task", "list"], { cwd: empty.folder });

  expect(text).toMatchObject({ code: 0, stdout: 'No tasks yet. Add one: aas task add "<title>"\n' });
  expect(document).toEqual({ schemaVersion: 1, command: "task list", ok: true, result: { tasks: [] } });
});

test("a task is shown with its attempts, their failures word for word, its branches and the next command", async () => {
  const text = await line.run(["task", "show", "SHOP-2"], { cwd: todo.folder });
  const { document } = await line.runJson(["task", "show", "SHOP-2"], { cwd: todo.folder });

  const branch = `aas/task/${runId}/SHOP-2/1.1`;
  expect(text.stdout).toContain(`1  failed by model  ${branch}`);
  expect(text.stdout).toContain("checks: 2 tests fail\n         sorts: expected 1\n           got 2");
  expect(text.stdout).toContain(`Next  aas automate retry ${runId} --hint "…"`);
  expect(document.result).toMatchObject({
    key: "SHOP-2",
    boardStatus: "Needs Review",
    reason: "3 attempts failed",
    branches: [branch],
    attempts: [{ number: 1, failure: { kind: "checks" } }],
    nextCommand: `aas automate retry ${runId} --hint "…"`,
  });
});

test("a finished task names its commit", async () => {
  const { document } = await line.runJson(["task", "show", "SHOP-1"], { cwd: todo.folder });

  expect(document.result).toMatchObject({
    status: "done",
    commit: sampleSha(9),
    nextCommand: `aas report ${runId}`,
  });
});

test("a task that does not exist is said to be missing", async () => {
  const ended = await line.runJson(["task", "show", "SHOP-99"], { cwd: todo.folder });

  expect(ended.code).toBe(2);
  expect(ended.document.error).toMatchObject({
    code: "not_found",
    message: "There is no task SHOP-99.",
    fix: "aas task list",
  });
});

test("an added task gets the next number behind the project's letters, and an event tells of it", async () => {
  const args = [
    "--priority",
    "high",
    "--depends-on",
    "SHOP-1,SHOP-1",
    "--files",
    "src/a.ts, docs/",
    "--description",
    "x",
  ];

  const { document, stderr } = await line.runJson(["task", "add", "  Export a list ", ...args], {
    cwd: todo.folder,
  });

  expect(stderr).toBe("");
  const wanted = {
    title: "Export a list",
    description: "x",
    priority: "high",
    acceptance: [],
    dependsOn: ["SHOP-1"],
    files: ["src/a.ts", "docs/"],
  };
  expect(document.result).toEqual({ dryRun: false, key: "SHOP-4", keyPrefix: "SHOP", ...wanted });
  await using project = await line.openProject(todo);
  const stored = await project.db.tasks.findByKey(project.home.id, toTaskKey("SHOP-4"));
  const events = await project.db.events.listAfter(project.home.id, 0, 100);
  expect(stored).toMatchObject({ ...wanted, runId: null, state: { status: "queued" } });
  expect(events.at(-1)).toMatchObject({ type: "task.created", subject: "SHOP-4", to: "Export a list" });
});

test("a repository that is not set up has a board all the same", async () => {
  const plain = createRepository(`${line.folder}/plain`, { message: "start" });

  const ended = await line.run(["task", "add", "First", "--files", "a.ts"], { cwd: plain.folder });

  expect(ended).toEqual({
    code: 0,
    stdout: "Added AAS-1  First\n  aas automate --tasks AAS-1\n",
    stderr: "",
  });
});

test("a dry run says what it would do and leaves nothing behind", async () => {
  const { document, stderr } = await line.runJson(["task", "add", "Perhaps", "--dry-run"], {
    cwd: empty.folder,
  });

  expect(document.result).toMatchObject({ dryRun: true, key: null, title: "Perhaps" });
  expect(stderr).toContain("without --files");
  await using project = await line.openProject(empty);
  expect(await project.db.projects.find(project.home.id)).toBeNull();
});

test.each([
  ["an empty title", [" "], "The title is empty."],
  ["a title of two lines", ["a\nb"], "The title is more than one line"],
  ["a title that is too long", ["x".repeat(201)], "The title has 201 characters; at most 200"],
  ["an unknown priority", ["a", "--priority", "now"], '--priority "now"'],
  ["something that is no key", ["a", "--depends-on", "shop1"], '--depends-on: "shop1" is not a key'],
  ["a task that is not there", ["a", "--depends-on", "SHOP-77"], "--depends-on: there is no task SHOP-77"],
  ["a path that leaves the repository", ["a", "--files", "../x"], '--files: "../x" may not be written'],
  [
    "a path into git's folder",
    ["a", "--files", "ok.ts,.git/config"],
    '--files: ".git/config" may not be written',
  ],
])("%s is refused with a cure, and nothing is added", async (_, args, message) => {
  const { code, document } = await line.runJson(["task", "add", ...args], { cwd: empty.folder });

  expect(code).toBe(2);
  expect(document).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining(message), fix: expect.any(String) },
  });
  await using project = await line.openProject(empty);
  expect(await project.db.tasks.list(project.home.id)).toEqual([]);
});

test("a run of tasks that are not there, or that nobody can build, is refused before it starts", async () => {
  const missing = await line.runJson(["automate", "--tasks", "SHOP-1,SHOP-77"], { cwd: todo.folder });
  const unbuildable = await line.runJson(["automate", "--tasks", "SHOP-3", "--dry-run"], {
    cwd: todo.folder,
  });

  expect([missing.code, missing.document.error?.message]).toEqual([2, "These tasks do not exist: SHOP-77."]);
  expect([unbuildable.code, unbuildable.document.error?.message]).toEqual([
    3,
    "Only a model can build SHOP-3, and none is configured.",
  ]);
});

test("a mistyped command does not become a run", async () => {
  const { code, stderr } = await line.run(["automate", "statsu"], { cwd: todo.folder });

  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'error: "statsu" is no goal. Did you mean aas automate status?\n  fix: aas automate status\n',
  });
});

test("a command that lives under automate is found by its name alone", async () => {
  const { code, stderr } = await line.run(["status"], { cwd: todo.folder });

  expect(code).toBe(2);
  expect(stderr).toContain("(Did you mean aas automate status?)");
});
