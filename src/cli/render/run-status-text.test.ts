import { expect, test } from "vitest";
import type { RunSummary } from "../../pipeline/queries/run-summary.ts";
import { sampleRun } from "../../testing/samples.ts";
import { renderRunStatus } from "./run-status-text.ts";

function summary(overrides: Partial<RunSummary> = {}): RunSummary {
  return {
    run: sampleRun(),
    progress: 0,
    spending: { settledMicroUsd: 0, reservedMicroUsd: 0 },
    tasks: [],
    createdTasks: [],
    completedTasks: [],
    batchIds: [],
    pendingApprovals: [],
    landedSha: null,
    pullRequest: null,
    isRolledBack: false,
    integrationBranch: "aas/run/1/integration",
    shutGates: [],
    ...overrides,
  };
}

test("for whom a run waits is told, with when they are looked at again", () => {
  const text = renderRunStatus(
    summary({
      shutGates: [
        { provider: "openai", cause: "away", sinceMs: 0, waitMs: 41_200 },
        { provider: "gemini", cause: "busy", sinceMs: 0, waitMs: 5_000 },
      ],
    }),
  );

  expect(text.split("\n").filter((line) => line.startsWith("waiting:"))).toEqual([
    "waiting: openai is away; next look in 42 s",
    "waiting: gemini wants to be asked less often; next look in 5 s",
  ]);
});

test("a run that waits for nobody says nothing of it", () => {
  expect(renderRunStatus(summary())).not.toContain("waiting:");
});
