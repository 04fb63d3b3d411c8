import { afterAll, beforeAll, expect, test } from "vitest";
import { makeId } from "../../src/domain/ids.ts";
import { sampleRun, sampleStageResult, sampleTime } from "../../src/testing/samples.ts";
import { openCommandLine } from "./command-line.ts";

const line = openCommandLine();
const todo = line.setUpRepository("todo");

const message = "main is red before any change: tests: failing: a.test.js";
const printed = Array.from({ length: 9 }, (_each, index) => `line ${index + 1} of what was printed`);

beforeAll(async () => {
  await using project = await line.openProject(todo);
  const { id, name, root } = project.home;
  await project.db.projects.insert({ id, name, repository: root, createdAt: sampleTime() });
  const errors = [message, "tests: failing: a.test.js", "Cannot find package 'left-pad'", ...printed];
  await project.db.runs.insert(
    sampleRun({
      id: makeId("run", "red"),
      projectId: id,
      state: { status: "failed", stage: "decompose", code: "base_red" },
      error: { code: "base_red", message, cure: "Mend it." },
      stageResults: [sampleStageResult({ status: "failure", errors })],
      finishedAt: sampleTime(3),
    }),
  );
});

afterAll(() => line.close());

test("the log of a run whose stage failed ends with what was printed, in full", async () => {
  const { stdout } = await line.run(["automate", "logs", "run_red"], { cwd: todo.folder });

  expect(stdout.trimEnd().split("\n").slice(-12)).toEqual([
    `decompose failed: ${message}`,
    "  tests: failing: a.test.js",
    "  Cannot find package 'left-pad'",
    ...printed.map((each) => `  ${each}`),
  ]);
});

test("its report shows the beginning of that, and where the rest is", async () => {
  const { stdout } = await line.run(["report", "run_red"], { cwd: todo.folder });

  expect(stdout).toContain(
    [
      `Why  ${message}`,
      "     Cannot find package 'left-pad'",
      ...printed.slice(0, 5).map((each) => `     ${each}`),
      "     … 4 more lines: aas automate logs run_red",
      "Fix  Mend it.",
    ].join("\n"),
  );
});

test("the log of one task is about that task alone", async () => {
  const { stdout } = await line.run(["automate", "logs", "run_red", "--task", "AAS-1"], { cwd: todo.folder });

  expect(stdout).not.toContain("left-pad");
});
