import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openCommandLine } from "./command-line.ts";

const line = openCommandLine();
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

test("settings that name another base branch than the clone was set up for are refused", async () => {
  const other = line.setUpRepository("other", { "aas.config.jsonc": '{ "base": "release" }\n' });

  const { code, document } = await line.runJson(["automate", "Create a hello world plugin"], {
    cwd: other.folder,
  });

  expect([code, document.error?.message]).toEqual([
    3,
    "base is release, but this clone was set up for main.",
  ]);
});

test.each([
  ["is a file", () => plan],
  ["cannot be made", () => "/proc/aas"],
])("a state folder that %s is an error with a cure", async (_name, place) => {
  const env = { AAS_STATE_HOME: place() };
  const { code, document } = await line.runJson(["automate", "status"], { cwd: repository.folder, env });

  expect([code, document.error]).toMatchObject([
    3,
    { code: "config_invalid", fix: "Set AAS_STATE_HOME to a folder that you may write." },
  ]);
});

test("a damaged project file names itself and the cure", async () => {
  const damaged = line.setUpRepository("damaged");
  const name =
    readdirSync(join(line.stateFolder, "projects")).find((each) => each.startsWith("damaged")) ?? "";
  writeFileSync(join(line.stateFolder, "projects", name, "project.json"), "{");

  const { code, document } = await line.runJson(["automate", "status"], { cwd: damaged.folder });

  expect([code, document.error?.fix]).toEqual([3, "Delete it, then: aas init"]);
});
