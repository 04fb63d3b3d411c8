import type { Finish } from "./finish.ts";
import type { RunId, TaskKey } from "./ids.ts";
import type { Priority } from "./priority.ts";

export const complexities = ["low", "medium", "high"] as const;

export type Complexity = (typeof complexities)[number];

/** What a batch answer says about one task. The raw text is kept for ever; reading it again is a pure function. */
export interface Analysis {
  readonly runId: RunId;
  readonly taskKey: TaskKey;
  readonly customId: string;
  readonly raw: string;
  /** Null: stored unread, by a version that read nothing but JSON. */
  readonly parsed: ParsedAnalysis | null;
  readonly createdAt: Date;
}

export interface ParsedAnalysis {
  readonly complexity: Complexity | null;
  readonly priority: PriorityAdvice | null;
  readonly blockers: readonly string[];
  readonly firstStep: string | null;
  readonly steps: readonly string[];
  readonly reading: Reading;
}

/** `to` holds every priority that was named, the lowest first: of "medium or high" the lower is the careful one. */
export type PriorityAdvice =
  | { readonly kind: "keep"; readonly said: string }
  /** `set` names a priority and does not say whether it is more or less than now. */
  | { readonly kind: "raise" | "lower" | "set"; readonly to: readonly Priority[]; readonly said: string };

/** Advice as it is compared: what was said around it does not matter. */
export function meaningOfAdvice(advice: PriorityAdvice): string {
  return advice.kind === "keep" ? "keep" : [advice.kind, ...advice.to].join(" ");
}

/** How an answer was read, and how far that can be trusted. */
export interface Reading {
  readonly parserVersion: number;
  readonly rung: ReadingRung;
  /** 0…1. Follows from the rung, from what was found and from contradictions. */
  readonly confidence: number;
  /** How the answer ended; what reads it again has to know. */
  readonly finish: Finish;
  readonly missing: readonly AnalysisField[];
  readonly conflicts: readonly AnalysisConflict[];
  /** Why it is no JSON of the shape that was asked for; empty when it is. */
  readonly problems: readonly string[];
}

/** The steps of the ladder, the surest first. */
export type ReadingRung = "json" | "json_part" | "json_mended" | "labels" | "prose" | "unreadable";

export type AnalysisField = "complexity" | "priority" | "blockers" | "firstStep";

/** Two answers to one question, in the same text or in two about one task. */
export interface AnalysisConflict {
  readonly field: AnalysisField;
  readonly said: readonly string[];
}

/** What was stored before readings had versions: only an answer that was JSON as a whole was read at all. */
export const unversionedReading: Reading = {
  parserVersion: 0,
  rung: "json",
  confidence: 1,
  finish: "other",
  missing: [],
  conflicts: [],
  problems: [],
};
