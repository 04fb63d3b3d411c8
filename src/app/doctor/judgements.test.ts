import { expect, test } from "vitest";
import { sampleCheckDefinition } from "../../testing/samples.ts";
import { judgeOutcome } from "./examine-checks.ts";
import { judgeDatabase } from "./examine-database.ts";
import { examineNode } from "./examine-machine.ts";
import { judgeDisk } from "./examine-state-folder.ts";

const gigabyte = 1024 ** 3;

test.each([
  [80 * gigabyte, "ok"],
  [gigabyte, "warn"],
  [gigabyte / 8, "fail"],
])("%d free bytes are judged %s", (bytes, verdict) => {
  expect(judgeDisk(bytes, "/state").verdict).toBe(verdict);
});

test.each([
  ["24.11.0", "ok"],
  ["25.0.1", "ok"],
  ["24.10.9", "fail"],
  ["20.19.4", "fail"],
])("Node %s is judged %s", (version, verdict) => {
  expect(examineNode(version).verdict).toBe(verdict);
});

test("tables that wait for a migration are fine, because the next command brings them up to date", () => {
  const tables = { kind: "behind", applied: 1, known: 2 } as const;

  const { verdict, detail } = judgeDatabase({ serverVersion: "18.4", isReadOnly: false, tables }, "private");

  expect(verdict).toBe("ok");
  expect(detail).toContain("migration 1 of 2");
});

test("a server that only answers reads is of no use", () => {
  const found = { serverVersion: "16.2", isReadOnly: true, tables: { kind: "missing" } } as const;

  expect(judgeDatabase(found, "of a team")).toMatchObject({
    verdict: "fail",
    cure: expect.stringContaining("primary"),
  });
});

test("a check that may fail without stopping a landing is a warning", () => {
  const cases = [{ id: "style", outcome: "failed", message: null }] as const;
  const outcome = { kind: "ran", passed: false, cases, output: "", durationMs: 1 } as const;

  expect(judgeOutcome(sampleCheckDefinition({ gate: "should" }), outcome).verdict).toBe("warn");
  expect(judgeOutcome(sampleCheckDefinition({ gate: "must" }), outcome).verdict).toBe("fail");
});

test("of many failing tests ten are named and the rest is counted", () => {
  const cases = Array.from({ length: 12 }, (_, index) => ({
    id: `t${index}`,
    outcome: "failed" as const,
    message: null,
  }));

  const { detail } = judgeOutcome(sampleCheckDefinition(), {
    kind: "ran",
    passed: false,
    cases,
    output: "",
    durationMs: 1,
  });

  expect(detail.split("\n")).toEqual([
    expect.stringContaining("(12 of 12)"),
    ...cases.slice(0, 10).map(({ id }) => id),
    "and 2 more",
  ]);
});

test("a check that fails shows the end of what it printed", () => {
  const { detail, cure } = judgeOutcome(sampleCheckDefinition({ command: ["node", "--test"] }), {
    kind: "ran",
    passed: false,
    cases: [{ id: "a.test.js", outcome: "failed", message: "test failed" }],
    output: "Cannot find package 'left-pad'\n",
    durationMs: 1,
  });

  expect(detail.split("\n").slice(1)).toEqual(["a.test.js", "Cannot find package 'left-pad'"]);
  expect(cure).toContain("left-pad is not in the sandbox: of what git ignores");
});

test("a check that could not say is no pass", () => {
  const outcome = { kind: "inconclusive", reason: "timed out after 5 ms", output: "" } as const;

  expect(judgeOutcome(sampleCheckDefinition(), outcome).verdict).toBe("fail");
});

test("a suite that did not run says why and how it ended", () => {
  const outcome = { kind: "invalid", reason: "no test ran", output: "1\n2\n3\n4\n5\n6\n7\n" } as const;

  const { verdict, detail } = judgeOutcome(sampleCheckDefinition(), outcome);

  expect(verdict).toBe("fail");
  expect(detail).toBe("`npm test`: no test ran\n3\n4\n5\n6\n7");
});
