import { expect, test } from "vitest";
import type { RunSummary } from "../../pipeline/queries/run-summary.ts";
import { sampleRun } from "../../testing/samples.ts";
import { renderOverview } from "./overview-text.ts";
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
    pause: null,
    pendingApprovals: [],
    landedSha: null,
    pullRequest: null,
    isRolledBack: false,
    integrationBranch: "aas/run/1/integration",
    shutGates: [],
    openCalls: [],
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

test("who was asked and is silent is told, with since when", () => {
  const askedAt = new Date("2026-01-01T09:08:07Z");
  const lines = renderRunStatus(
    summary({ openCalls: [{ provider: "openai", purpose: "decompose", askedAt }] }),
  ).split("\n");

  expect(lines[2]).toBe("waiting: openai was asked at 09:08:07 UTC (decompose) and has not answered yet");
});

test("why a run is paused is told in words, with what lets it go on", () => {
  const pause = {
    what: "paused: timeout. The run's time is used up.",
    command: "aas automate resume run_1",
  };

  const lines = renderRunStatus(summary({ pause })).split("\n");

  expect(lines.slice(2, 4)).toEqual([`needs you: ${pause.what}`, `  ${pause.command}`]);
});

test("paused runs stand under their own word", () => {
  const running = sampleRun({ state: { status: "running", stage: "implement" } });
  const paused = sampleRun({ state: { status: "paused", stage: "implement", reason: "money" } });

  const text = renderOverview([], [summary({ run: running }), summary({ run: paused })]);

  expect(text.split("\n").filter((line) => /^[A-Z]/u.test(line))).toEqual(["RUNNING  1", "PAUSED  1"]);
});

test("a run that waits for nobody says nothing of it", () => {
  expect(renderRunStatus(summary())).not.toContain("waiting:");
});
