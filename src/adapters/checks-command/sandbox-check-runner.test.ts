import { expect, test } from "vitest";
import type { CheckCommand, CheckOutcome } from "../../ports/check-runner.ts";
import {
  defaultSandboxLimits,
  type Sandbox,
  type SandboxJob,
  type SandboxOutcome,
} from "../../ports/sandbox.ts";
import { SandboxCheckRunner } from "./sandbox-check-runner.ts";

const check: CheckCommand = { name: "unit", command: ["run", "{report}"], report: "junit", timeoutMs: 5000 };

/** A sandbox that has one answer and remembers what it was asked. */
function answering(outcome: SandboxOutcome, asked: SandboxJob[] = []): Sandbox {
  return {
    probe: () => Promise.resolve({ kind: "healthy", name: "scripted", version: "1" }),
    run: (job) => {
      asked.push(job);
      return Promise.resolve(outcome);
    },
  };
}

function exited(
  exitCode: number,
  report: string | null,
  overrides: { isOutputTruncated?: boolean } = {},
): SandboxOutcome {
  return {
    kind: "exited",
    exitCode,
    output: "said\n",
    isOutputTruncated: false,
    report,
    durationMs: 12,
    ...overrides,
  };
}

async function outcomeOf(
  outcome: SandboxOutcome,
  overrides: Partial<CheckCommand> = {},
): Promise<CheckOutcome> {
  const runner = new SandboxCheckRunner({ sandbox: answering(outcome), walls: "scripted 1" });
  return await runner.run({ ...check, ...overrides }, "/tree", new AbortController().signal);
}

const green = '<testsuites><testcase name="a"/><testcase name="b"><skipped/></testcase></testsuites>';
const red =
  '<testsuites><testcase name="a"/><testcase name="b"><failure message="no"/></testcase></testsuites>';

test("the sandbox is asked for exactly the command, with the check's own time", async () => {
  const asked: SandboxJob[] = [];
  const runner = new SandboxCheckRunner({ sandbox: answering(exited(0, green), asked), walls: "scripted 1" });

  await runner.run(check, "/tree", new AbortController().signal);

  expect(asked).toMatchObject([
    { treeFolder: "/tree", command: ["run", "{report}"], env: {}, limits: { wallMs: 5000 } },
  ]);
});

test("a green report with success has passed", async () => {
  expect(await outcomeOf(exited(0, green))).toEqual({
    kind: "ran",
    passed: true,
    cases: [
      { id: "a", outcome: "passed", message: null },
      { id: "b", outcome: "skipped", message: null },
    ],
    output: "said\n",
    durationMs: 12,
  });
});

test("a red report with failure has failed, test by test", async () => {
  expect(await outcomeOf(exited(1, red))).toMatchObject({
    kind: "ran",
    passed: false,
    cases: [
      { id: "a", outcome: "passed" },
      { id: "b", outcome: "failed", message: "no" },
    ],
  });
});

test.each([
  ["no report and a failure", exited(2, null), "no report was written (exit status 2)"],
  ["something that is not a report", exited(0, "all good"), "the report"],
  ["a report without tests", exited(0, "<testsuites/>"), "no test ran"],
  [
    "only skipped tests",
    exited(0, '<testsuites><testcase name="a"><skipped/></testcase></testsuites>'),
    "no test ran",
  ],
  ["a green report with a failure", exited(1, green), "the command ended with exit status 1, but no test"],
  [
    "a red report with success",
    exited(0, red),
    "the command ended with success, but 1 tests in its report failed",
  ],
])("%s is invalid, not passed and not failed", async (_what, outcome, reason) => {
  expect(await outcomeOf(outcome)).toEqual({
    kind: "invalid",
    reason: expect.stringContaining(reason) as string,
    output: "said\n",
  });
});

test.each([
  ["no report and success", exited(0, null), "no report was written (exit status 0)"],
  ["a program that is not there", exited(127, null), "the command could not be started: run {report}"],
])("%s says nothing about the tree", async (_what, outcome, reason) => {
  expect(await outcomeOf(outcome)).toEqual({ kind: "inconclusive", reason, output: "said\n" });
});

test("a check by exit status has one case with the check's name", async () => {
  const byStatus = { report: "exit_code" } as const;

  expect(await outcomeOf(exited(0, null), byStatus)).toMatchObject({
    kind: "ran",
    passed: true,
    cases: [{ id: "unit", outcome: "passed", message: null }],
  });
  expect(await outcomeOf(exited(3, green), byStatus)).toMatchObject({
    kind: "ran",
    passed: false,
    cases: [{ id: "unit", outcome: "failed", message: "said" }],
  });
  expect(await outcomeOf(exited(127, null), byStatus)).toMatchObject({ kind: "inconclusive" });
});

test("what happens to the sandbox is no verdict on the tree", async () => {
  const stopped = { kind: "stopped", output: "said\n", durationMs: 1 } as const;

  expect(await outcomeOf({ kind: "unavailable", reason: "no bwrap", cure: "install it" })).toEqual({
    kind: "infrastructure",
    reason: "no bwrap",
    cure: "install it",
    isTransient: false,
  });
  expect(await outcomeOf({ ...stopped, reason: "memory" })).toMatchObject({
    kind: "exhausted",
    output: "said\n",
    reason: "unit ran out of memory",
  });
  expect(await outcomeOf({ ...stopped, reason: "wall_time" })).toMatchObject({
    kind: "inconclusive",
    reason: "timed out after 5000 ms",
  });
  expect(await outcomeOf({ ...stopped, reason: "signal" })).toMatchObject({
    kind: "inconclusive",
    output: "said\n",
  });
  expect(await outcomeOf({ ...stopped, reason: "aborted" })).toMatchObject({
    kind: "infrastructure",
    reason: "unit was canceled",
    isTransient: true,
  });
});

test("dropped output is said to be dropped", async () => {
  expect(await outcomeOf(exited(0, green, { isOutputTruncated: true }))).toMatchObject({
    output: "said\n\n(further output was dropped)\n",
  });
});

test("results are comparable only behind the same walls with the same limits", () => {
  const sandbox = answering(exited(0, green));
  const profile = (walls: string, memoryBytes: number): string =>
    new SandboxCheckRunner({ sandbox, walls, limits: { ...defaultSandboxLimits, memoryBytes } }).profile;

  expect(profile("bubblewrap 1", 5)).toBe(profile("bubblewrap 1", 5));
  expect(
    new Set([profile("bubblewrap 1", 5), profile("bubblewrap 2", 5), profile("bubblewrap 1", 6)]).size,
  ).toBe(3);
});
