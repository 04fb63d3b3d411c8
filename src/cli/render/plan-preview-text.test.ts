import { expect, test } from "vitest";
import type { PlanPreview } from "../../app/preview/preview-plan.ts";
import { makeId } from "../../domain/ids.ts";
import { afterwardsLines, renderPlanPreview } from "./plan-preview-text.ts";

function preview(overrides: Partial<PlanPreview> = {}): PlanPreview {
  return {
    plan: { tasks: [], sizeReason: null },
    repairs: [],
    warnings: [],
    shape: { width: 1, criticalPath: 1, redundantEdges: 0 },
    price: { tasks: [], total: { atBatch: null, atSync: 38_965_770 } },
    capMicroUsd: 10_000_000,
    time: { rounds: 500, attemptMs: 218, measuredAttempts: 9, buildingMs: 109_000, batchLimitMs: null },
    planning: null,
    ...overrides,
  };
}

function lineOf(shown: PlanPreview, beginning: string): string | undefined {
  return renderPlanPreview(shown).find((line) => line.startsWith(beginning));
}

test("the cap stands beside the price, with what comes of a price past it", () => {
  const within = preview({ price: { tasks: [], total: { atBatch: 9_000_000, atSync: 18_000_000 } } });

  expect(lineOf(preview(), "The cap")).toBe(
    "The cap of the run is $10.00: if it takes that much, it pauses there and asks (--budget <usd> sets another cap)",
  );
  expect(lineOf(within, "The cap")).toBe("The cap of the run is $10.00");
});

test("many rounds of a moment are not told as rounds of nothing", () => {
  expect(lineOf(preview(), "About")).toBe(
    "About 1 m 49 s of building: 500 rounds of less than 1 s (the median of 9 attempts), one attempt a task",
  );
});

test("that a model is asked and paid once more is said only where one was asked", () => {
  const planning = { runId: makeId("run", "1"), settledMicroUsd: 555, reservedMicroUsd: 0 };

  expect(afterwardsLines(preview({ planning }))).toEqual([
    "That asks the model for a plan anew: it is paid again, and may be another plan",
  ]);
  expect(afterwardsLines(preview())).toEqual([]);
});
