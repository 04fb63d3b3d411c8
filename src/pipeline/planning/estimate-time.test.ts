import { expect, test } from "vitest";
import type { Attempt } from "../../domain/attempt.ts";
import { sampleAttempt } from "../../testing/building-samples.ts";
import { sampleTime } from "../../testing/samples.ts";
import { estimateTime } from "./estimate-time.ts";

const nodes = [
  { key: "a", dependsOn: [] },
  { key: "b", dependsOn: [] },
  { key: "c", dependsOn: [] },
  { key: "d", dependsOn: ["a"] },
];
const policy = { parallelTasks: 2, batchLimitMs: 86_400_000 };

function attempt(minutes: number, status: "failed" | "abandoned" = "failed"): Attempt {
  const failure = { kind: "checks", summary: "", details: [] } as const;
  const state = status === "failed" ? { status, failure } : { status, reason: "" };
  return sampleAttempt({ state, startedAt: sampleTime(0), finishedAt: sampleTime(minutes) });
}

test("where nothing was built yet the time of an attempt is assumed, and that is said", () => {
  expect(estimateTime(nodes, policy, { attempts: [], isBatched: true })).toEqual({
    rounds: 2,
    attemptMs: 120_000,
    measuredAttempts: 0,
    buildingMs: 240_000,
    batchLimitMs: 86_400_000,
  });
});

test("what earlier attempts took counts, by its median; what was lost does not, nor what is under way", () => {
  const attempts = [attempt(9), attempt(1), attempt(3), attempt(60, "abandoned"), sampleAttempt()];

  expect(estimateTime(nodes, policy, { attempts, isBatched: false })).toEqual({
    rounds: 2,
    attemptMs: 180_000,
    measuredAttempts: 3,
    buildingMs: 360_000,
    batchLimitMs: null,
  });
});
