import { expect, test } from "vitest";
import { type Candidate, chooseLost } from "./choose-lost.ts";

function candidate(ref: string, end: Candidate["end"], hasResults = false): Candidate {
  return { ref, end, hasResults };
}

test.each<[string, readonly Candidate[], ReturnType<typeof chooseLost>]>([
  ["none", [], null],
  ["one that is alive", [candidate("a", "pending")], { kind: "found", ref: "a" }],
  ["one that failed", [candidate("a", "failed")], { kind: "found", ref: "a" }],
  [
    "two that are alive",
    [candidate("a", "pending"), candidate("b", "pending")],
    { kind: "ambiguous", refs: ["a", "b"] },
  ],
  [
    "one of two called off",
    [candidate("a", "canceled"), candidate("b", "pending")],
    { kind: "found", ref: "b" },
  ],
  [
    "one of two called off when it had answered something",
    [candidate("a", "canceled", true), candidate("b", "pending")],
    { kind: "found", ref: "b" },
  ],
  [
    "one of three called off",
    [candidate("a", "canceled"), candidate("b", "pending"), candidate("c", "completed", true)],
    { kind: "ambiguous", refs: ["b", "c"] },
  ],
  [
    "two that are completed",
    [candidate("a", "completed", true), candidate("b", "completed", true)],
    { kind: "found", ref: "a" },
  ],
  [
    "two called off, one with answers",
    [candidate("a", "expired"), candidate("b", "canceled", true)],
    { kind: "found", ref: "b" },
  ],
])("of %s", (_, candidates, chosen) => {
  expect(chooseLost(candidates)).toEqual(chosen);
});
