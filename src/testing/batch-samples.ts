import type { Analysis, ParsedAnalysis } from "../domain/analysis.ts";
import type { Batch } from "../domain/batch.ts";
import { makeId, toTaskKey } from "../domain/ids.ts";
import { sampleTime } from "./samples.ts";

export function sampleBatch(overrides: Partial<Batch> = {}): Batch {
  return {
    id: makeId("bat", "1"),
    runId: makeId("run", "1"),
    version: 1,
    provider: "openai",
    host: "api.openai.com",
    state: { status: "intended" },
    items: [{ customId: "req-1", taskKey: toTaskKey("AAS-1"), roomFactor: 1 }],
    createdAt: sampleTime(3),
    ...overrides,
  };
}

export function sampleParsedAnalysis(overrides: Partial<ParsedAnalysis> = {}): ParsedAnalysis {
  return {
    complexity: "low",
    priority: { kind: "raise", to: ["high"], said: "Raise to high" },
    blockers: [],
    firstStep: "Read src/todo.ts",
    steps: ["Add the field"],
    reading: {
      parserVersion: 1,
      rung: "labels",
      confidence: 0.42,
      finish: "stop",
      missing: ["blockers"],
      conflicts: [{ field: "complexity", said: ["low", "medium"] }],
      problems: ["The answer holds no JSON object."],
    },
    ...overrides,
  };
}

export function sampleAnalysis(overrides: Partial<Analysis> = {}): Analysis {
  return {
    runId: makeId("run", "1"),
    taskKey: toTaskKey("AAS-1"),
    customId: "req-1",
    raw: "Complexity: low",
    parsed: sampleParsedAnalysis(),
    createdAt: sampleTime(4),
    ...overrides,
  };
}
