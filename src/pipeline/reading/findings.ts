import type {
  AnalysisConflict,
  AnalysisField,
  Complexity,
  ParsedAnalysis,
  PriorityAdvice,
  ReadingRung,
} from "../../domain/analysis.ts";
import { complexities, meaningOfAdvice } from "../../domain/analysis.ts";
import type { Finish } from "../../domain/finish.ts";

/** Everything that an answer says, also where it says two things; null is what it does not speak of. */
export interface Findings {
  readonly complexity: readonly Complexity[];
  readonly priority: readonly PriorityAdvice[];
  readonly blockers: readonly string[] | null;
  readonly firstStep: readonly string[];
  readonly steps: readonly string[];
}

export const noFindings: Findings = {
  complexity: [],
  priority: [],
  blockers: null,
  firstStep: [],
  steps: [],
};

/** Blockers or a priority alone say nothing about the work. */
export function describesWork({ complexity, firstStep }: Findings): boolean {
  return complexity.length > 0 || firstStep.length > 0;
}

export interface ReadingFacts {
  readonly rung: ReadingRung;
  readonly finish: Finish;
  readonly problems: readonly string[];
  readonly parserVersion: number;
}

/** How far each rung is trusted when everything was found. */
const trust: Readonly<Record<ReadingRung, number>> = {
  json: 1,
  json_part: 0.95,
  json_mended: 0.8,
  labels: 0.85,
  prose: 0.4,
  unreadable: 0,
};

const weights: Readonly<Record<AnalysisField, number>> = {
  complexity: 4,
  firstStep: 3,
  blockers: 2,
  priority: 1,
};

/** Of two complexities the riskier one counts; of two of anything else the last, which is where a text ends up. */
export function settleFindings(findings: Findings, facts: ReadingFacts): ParsedAnalysis {
  const missing = missingFields(findings);
  const conflicts = conflictsIn(findings);
  return {
    complexity: complexities.findLast((each) => findings.complexity.includes(each)) ?? null,
    priority: findings.priority.at(-1) ?? null,
    blockers: [...new Set(findings.blockers)],
    firstStep: findings.firstStep.at(-1) ?? null,
    steps: findings.steps,
    reading: { ...facts, confidence: confidenceOf(facts, missing, conflicts), missing, conflicts },
  };
}

function missingFields({ complexity, priority, blockers, firstStep }: Findings): readonly AnalysisField[] {
  const isMissing: Readonly<Record<AnalysisField, boolean>> = {
    complexity: complexity.length === 0,
    priority: priority.length === 0,
    blockers: blockers === null,
    firstStep: firstStep.length === 0,
  };
  return fields.filter((field) => isMissing[field]);
}

const fields = [
  "complexity",
  "priority",
  "blockers",
  "firstStep",
] as const satisfies readonly AnalysisField[];

function conflictsIn(findings: Findings): readonly AnalysisConflict[] {
  const said: readonly AnalysisConflict[] = [
    { field: "complexity", said: findings.complexity },
    { field: "priority", said: findings.priority.map(meaningOfAdvice) },
    { field: "firstStep", said: findings.firstStep },
  ];
  return said
    .map((each) => ({ field: each.field, said: [...new Set(each.said)] }))
    .filter((each) => each.said.length > 1);
}

function confidenceOf(
  { rung, finish }: ReadingFacts,
  missing: readonly AnalysisField[],
  conflicts: readonly AnalysisConflict[],
): number {
  const lost = missing.reduce((sum, field) => sum + weights[field], 0) / 11;
  const factors = [trust[rung], 1 - lost, conflicts.length > 0 ? 0.5 : 1, finish === "stop" ? 1 : 0.7];
  return Math.round(factors.reduce((product, factor) => product * factor) * 100) / 100;
}
