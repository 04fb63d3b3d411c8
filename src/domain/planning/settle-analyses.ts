import {
  type Analysis,
  type AnalysisConflict,
  complexities,
  type Complexity,
  meaningOfAdvice,
  type ParsedAnalysis,
  type Reading,
} from "../analysis.ts";

/**
 * Several answers about one task, oldest first, as when it was asked about again: the newest that was whole counts, but
 * of two complexities the riskier one does. What they disagree about is told, and trusted less. Null: there is none.
 */
export function settleAnalyses(analyses: readonly Analysis[]): Analysis | null {
  const whole = analyses.flatMap((analysis) => {
    const { parsed } = analysis;
    return parsed !== null && isWhole(parsed) ? [{ analysis, parsed }] : [];
  });
  const newest = whole.at(-1);
  if (newest === undefined) return analyses.at(-1) ?? null;
  const all = whole.map(({ parsed }) => parsed);
  return { ...newest.analysis, parsed: settle(newest.parsed, all) };
}

/** What was cut off says nothing against what came whole. */
function isWhole({ reading }: ParsedAnalysis): boolean {
  return reading.rung !== "unreadable" && reading.finish !== "length";
}

function settle(newest: ParsedAnalysis, all: readonly ParsedAnalysis[]): ParsedAnalysis {
  const disagreed = disagreementsIn(all);
  return {
    ...newest,
    complexity: riskiestOf(all),
    reading: disagreed.length === 0 ? newest.reading : lessTrusted(newest.reading, disagreed),
  };
}

function riskiestOf(all: readonly ParsedAnalysis[]): Complexity | null {
  return complexities.findLast((each) => all.some(({ complexity }) => complexity === each)) ?? null;
}

/** The same first step is hardly ever said in the same words twice. */
function disagreementsIn(all: readonly ParsedAnalysis[]): readonly AnalysisConflict[] {
  const said: readonly AnalysisConflict[] = [
    { field: "complexity", said: all.flatMap(({ complexity }) => complexity ?? []) },
    {
      field: "priority",
      said: all.flatMap(({ priority }) => (priority === null ? [] : meaningOfAdvice(priority))),
    },
  ];
  return said
    .map((each) => ({ field: each.field, said: [...new Set(each.said)] }))
    .filter((each) => each.said.length > 1);
}

/** As a text that contradicts itself, once. */
function lessTrusted(reading: Reading, disagreed: readonly AnalysisConflict[]): Reading {
  const own = reading.conflicts.filter(({ field }) => disagreed.every((each) => each.field !== field));
  const factor = reading.conflicts.length > 0 ? 1 : 0.5;
  return {
    ...reading,
    confidence: Math.round(reading.confidence * factor * 100) / 100,
    conflicts: [...disagreed, ...own],
  };
}
