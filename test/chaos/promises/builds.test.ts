import { expect, test } from "vitest";
import type { Observed } from "../observe.ts";
import type { ToldEvent } from "../told.ts";
import { buildPromises } from "./builds.ts";

const promise = buildPromises["what is called collected is on the integration branch"];

function told(type: string, details: ToldEvent["details"] = {}): ToldEvent {
  return { seq: 1, runId: "run_1", type, subject: "AAS-1", from: null, to: null, reason: null, details };
}

const received = told("submission.received", { submissionId: "sub_1" });

test.each<
  [what: string, events: readonly ToldEvent[], onBranch: readonly string[], broken: readonly string[]]
>([
  ["collected and there", [received, told("task.collected")], ["sub_1"], []],
  [
    "collected and not there",
    [told("task.collected")],
    [],
    ["AAS-1 was called collected 1 times, and 0 commits name it"],
  ],
  [
    "there, and nobody said so",
    [received],
    ["sub_1"],
    ["AAS-1 was called collected 0 times, and 1 commits name it"],
  ],
  ["there, and canceled before anybody could say so", [received, told("task.canceled")], ["sub_1"], []],
  [
    "there, of nobody",
    [told("task.canceled")],
    ["sub_1"],
    ["the unknown sub_1 was called collected 0 times, and 1 commits name it"],
  ],
])("a task whose work is %s", (_what, events, onBranch, broken) => {
  const observed = { events, collected: new Map([["run_1", onBranch]]) } as unknown as Observed;

  expect(promise?.(observed, { people: [], brought: {}, attemptCap: 2 })).toEqual(broken);
});
