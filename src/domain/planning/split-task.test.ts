import { expect, test } from "vitest";
import { sampleRun, sampleSha, sampleTask } from "../../testing/samples.ts";
import { toTaskKey } from "../ids.ts";
import type { RunState } from "../run.ts";
import { filesBeyond, lastParts, nextPartKeys, splitObstacle } from "./split-task.ts";
import type { TaskState } from "../task.ts";

const key = toTaskKey("AAS-211");

test.each<[TaskState, string | null]>([
  [{ status: "queued" }, null],
  [{ status: "needs_review", reason: "too large" }, null],
  [{ status: "active" }, "AAS-211 is active: too late to split it."],
  [{ status: "done", commit: sampleSha() }, "AAS-211 is done: too late to split it."],
  [{ status: "canceled" }, "AAS-211 is canceled: too late to split it."],
])("a task in the state %j: %s", (state, obstacle) => {
  expect(splitObstacle(sampleTask({ key, state }), null, [])).toBe(obstacle);
});

test.each<[RunState, boolean]>([
  [{ status: "completed", outcome: "partial" }, true],
  [{ status: "canceled" }, true],
  [{ status: "failed", stage: "implement", code: "implementation_failed" }, false],
  [{ status: "running", stage: "implement" }, false],
])("a task of a run that is %j can be split: %s", (state, canBe) => {
  const owner = sampleRun({ state });

  expect(splitObstacle(sampleTask({ key }), owner, []) === null).toBe(canBe);
});

test("a task with parts is not split again", () => {
  const parts = [sampleTask({ key: toTaskKey("AAS-211-1"), parent: key })];

  expect(splitObstacle(sampleTask({ key }), null, parts)).toBe("AAS-211 has its parts already: AAS-211-1.");
});

test("parts are numbered on from the last one, and parts of parts do not count", () => {
  const all = ["AAS-211-1", "AAS-211-3-7", "AAS-2110-9", "AAS-21-8", "AAS-211"].map((each) => ({
    key: toTaskKey(each),
  }));

  expect(nextPartKeys(key, all, 2)).toEqual(["AAS-211-4", "AAS-211-5"]);
  expect(nextPartKeys(toTaskKey("AAS-3"), all, 1)).toEqual(["AAS-3-1"]);
});

test("the whole waits for the parts at the end, and so for all of them", () => {
  const [one, two, three] = [toTaskKey("A-1-1"), toTaskKey("A-1-2"), toTaskKey("A-1-3")];
  const parts = [
    { key: one, dependsOn: [] },
    { key: two, dependsOn: [one] },
    { key: three, dependsOn: [one] },
  ];

  expect(lastParts(parts)).toEqual([two, three]);
});

test("files that the whole did not name are told, unless it named none", () => {
  const planned = [{ ...sampleTask(), id: "a", files: ["src/a.ts", "docs/b.md"] }];

  expect(filesBeyond({ files: ["src/"] }, planned)).toEqual(["docs/b.md"]);
  expect(filesBeyond({ files: [] }, planned)).toEqual([]);
});
