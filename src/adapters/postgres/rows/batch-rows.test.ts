import { expect, test } from "vitest";
import { unversionedReading } from "../../../domain/analysis.ts";
import { sampleAnalysis, sampleParsedAnalysis } from "../../../testing/batch-samples.ts";
import { toAnalysis } from "./batch-rows.ts";

function row(parsed: unknown): Record<string, unknown> {
  const { runId, taskKey, customId, raw, createdAt } = sampleAnalysis();
  return { run_id: runId, task_key: taskKey, custom_id: customId, raw, parsed, created_at: createdAt };
}

test("an analysis comes back as it was stored", () => {
  expect(toAnalysis(row(structuredClone(sampleParsedAnalysis())))).toEqual(sampleAnalysis());
});

test("an analysis from before readings had versions is still read", () => {
  const early = { complexity: "low", blockers: ["a"], firstStep: null, steps: ["b"] } as const;

  expect(toAnalysis(row(early))).toEqual(
    sampleAnalysis({ parsed: { ...early, priority: null, reading: unversionedReading } }),
  );
  expect(toAnalysis(row(null))).toEqual(sampleAnalysis({ parsed: null }));
});
