import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SandboxCheckRunner } from "../../src/adapters/checks-command/sandbox-check-runner.ts";
import { composeSandbox } from "../../src/app/composing/compose-sandbox.ts";
import type { SubmissionId } from "../../src/domain/ids.ts";
import type { CheckRunner } from "../../src/ports/check-runner.ts";
import { defaultSandboxLimits } from "../../src/ports/sandbox.ts";
import { temporaryFolder } from "../../src/testing/git-fixtures.ts";
import { nodeTestCheck } from "../../src/testing/samples.ts";
import { writing } from "../../src/testing/scripted-model.ts";
import { headOf } from "./support/looking.ts";
import { step } from "./support/plan-of.ts";
import { rogueBuilder } from "./support/rogue-builder.ts";
import { given, word, wordCheck } from "./support/word-book.ts";

test("a base whose checks fail is told before a model is asked anything", async () => {
  await using story = await given({
    plan: [step("one")],
    files: { "check.sh": "echo the roof is open; exit 1\n", "words/start.txt": "start\n" },
  });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toEqual({ status: "failed", stage: "decompose", code: "base_red" });
  expect(run.error?.message).toBe("main is red before any change: words: failing: words");
  expect(run.stageResults.at(-1)?.errors.join("\n")).toContain("the roof is open");
  expect(story.model.requests).toEqual([]);
});

test("without a sandbox the run ends and says what to install, instead of trying again for ever", async () => {
  const reason = "bubblewrap is not installed";
  const checks = {
    profile: "none",
    run: async () =>
      ({ kind: "infrastructure", reason, cure: "apt-get install bubblewrap", isTransient: false }) as const,
  };
  await using story = await given({ plan: [step("one")], deps: { checks } });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toEqual({ status: "failed", stage: "decompose", code: "environment" });
  expect(run.error).toMatchObject({ message: reason, cure: "apt-get install bubblewrap" });
});

const hungry = "if grep -q HUNGRY words/*; then tail /dev/zero; fi\n";

test("a change that takes all memory has failed its check, and the next attempt is told why", async () => {
  using scratch = temporaryFolder();
  await using story = await given({
    plan: [step("one")],
    files: { "check.sh": hungry, "words/start.txt": "start\n" },
    answers: { one: [word("one", "HUNGRY"), word("one")] },
    deps: frugalChecks(scratch.path),
  });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  const attempts = await story.deps.db.attempts.listOfRun(run.id);
  expect(attempts.map(({ state }) => state.status)).toEqual(["failed", "completed"]);
  expect(story.model.requests.at(-1)?.prompt).toContain(
    "words ran out of memory, and did not before the change",
  );
});

test("a base that takes all memory is no fault of anybody's change", async () => {
  using scratch = temporaryFolder();
  await using story = await given({
    plan: [step("one")],
    files: { "check.sh": hungry, "words/start.txt": "HUNGRY\n" },
    deps: frugalChecks(scratch.path),
  });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toEqual({ status: "failed", stage: "decompose", code: "environment" });
  expect(run.error).toEqual({
    code: "environment",
    message: "words ran out of memory",
    cure: "raise the memory limit of the sandbox, or run fewer tests at once",
  });
});

test("on a base that is allowed to be red, what was red before is not blamed on the change", async () => {
  await using story = await given({
    plan: [step("one")],
    files: { "check.sh": "exit 1\n", "words/start.txt": "start\n" },
    policy: { allowRedBase: true },
  });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
});

const twoTests = 'import test from "node:test";\ntest("a", () => {});\ntest("b", () => {});\n';

describe("a change to the tests is found out when it", () => {
  test.each([
    ["deletes one that passed", 'test("a", () => {});', "passed before, not now: all.test.mjs::test::b"],
    ["ends the process with success before they ran", "process.exit(0);", "no test ran"],
  ])("%s", async (_name, body, complaint) => {
    await using story = await given({
      plan: [step("one", { files: ["all.test.mjs"] })],
      files: { "all.test.mjs": twoTests },
      answers: { one: [writing({ "all.test.mjs": `import test from "node:test";\n${body}\n` })] },
      policy: { checks: [nodeTestCheck()], maxAttempts: 1 },
    });
    const before = story.repository.head();

    const run = await story.settle((await story.start("Make the tests easier")).id);

    expect(run.state).toEqual({ status: "failed", stage: "implement", code: "implementation_failed" });
    expect(run.error?.message).toContain(complaint);
    expect(await headOf(story)).toBe(before);
  });
});

/** The tests of a repository that writes its report itself: this report, then this exit status. */
function reporting(report: "green" | "red" | "none", status: number): string {
  const failure = report === "red" ? "<failure/>" : "";
  const xml = `<testsuites><testcase name="a" file="a.mjs">${failure}</testcase></testsuites>`;
  const write = report === "none" ? "" : `writeFileSync(process.argv[2], ${JSON.stringify(xml)});`;
  return `import { writeFileSync } from "node:fs";\n${write}\nprocess.exit(${status});\n`;
}

describe("a report is not believed when", () => {
  const reported = nodeTestCheck({ command: ["node", "tests.mjs", "{report}"] });
  test.each([
    [
      "it is green and the exit status is not",
      reporting("green", 1),
      "exit status 1, but no test in its report failed",
    ],
    [
      "it is red and the exit status is not",
      reporting("red", 0),
      "ended with success, but 1 tests in its report failed",
    ],
    ["there is none", reporting("none", 0), "no report was written"],
  ])("%s", async (_name, forged, complaint) => {
    await using story = await given({
      plan: [step("one", { files: ["tests.mjs"] })],
      files: { "tests.mjs": reporting("green", 0) },
      answers: { one: [writing({ "tests.mjs": forged })] },
      policy: { checks: [reported], maxAttempts: 1 },
    });
    const before = story.repository.head();

    const run = await story.settle((await story.start("Forge the report")).id);

    expect(run.state).toEqual({ status: "failed", stage: "implement", code: "implementation_failed" });
    expect(run.error?.message).toContain(complaint);
    expect(await headOf(story)).toBe(before);
  });
});

test("what a builder says of its tests is kept and not believed", async () => {
  const boaster = rogueBuilder((tree) => writeFileSync(join(tree, "words/one.txt"), "BROKEN\n"));
  await using story = await given({
    plan: [step("one")],
    policy: { maxAttempts: 1 },
    deps: ({ builders }) => ({ builders: { ...builders, model: boaster } }),
  });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toMatchObject({ status: "failed", code: "implementation_failed" });
  const received = (await story.deps.db.events.listOfRun(run.id)).find(
    ({ type }) => type === "submission.received",
  );
  const submissionId = received?.details["submissionId"] as SubmissionId;
  expect((await story.deps.db.attempts.findSubmission(submissionId))?.claims).toEqual({
    tests: "all of them pass, believe me",
  });
});

test("no check runs twice on one tree, not over tasks, merges, candidates and later runs", async () => {
  const more = { ...wordCheck, name: "more words" };
  await using story = await given({
    plan: [step("one", { acceptance: [["sh", "check.sh"]] }), step("two"), step("three", { after: ["one"] })],
    policy: { checks: [wordCheck, more] },
  });
  const first = await story.settle((await story.start("Write three words")).id);
  story.repository.git("pull", "--quiet", story.base.folder, "main");
  story.repository.commit("a word less", { "words/three.txt": null });

  const second = await story.settle((await story.start("Write three words again")).id);

  expect([first.state.status, second.state.status]).toEqual(["completed", "failed"]);
  const runs = story.checkRuns.map(({ name, tree }) => `${name} on ${tree}`);
  expect(runs.toSorted()).toEqual([...new Set(runs)].toSorted());
  expect(runs.length).toBeGreaterThan(8);
});

/** The real checks, behind the same walls with less memory. */
function frugalChecks(scratchFolder: string): { readonly checks: CheckRunner } {
  const limits = { ...defaultSandboxLimits, memoryBytes: 64 * 1024 ** 2 };
  const sandbox = composeSandbox(process.env, scratchFolder);
  return { checks: new SandboxCheckRunner({ sandbox, walls: "frugal", limits }) };
}
