import { z } from "zod";
import { type ParsedAnalysis, unversionedReading } from "../../domain/analysis.ts";

const analysis = z.object({
  complexity: z.enum(["low", "medium", "high"]).nullish(),
  blockers: z.array(z.string()).default([]),
  firstStep: z.string().nullish(),
  steps: z.array(z.string()).default([]),
});

/** Null when the text is no analysis; the raw text is kept and can be read again. */
export function parseAnalysis(text: string): ParsedAnalysis | null {
  try {
    const { complexity, blockers, firstStep, steps } = analysis.parse(JSON.parse(text));
    const parsed = { complexity: complexity ?? null, blockers, firstStep: firstStep ?? null, steps };
    return { ...parsed, priority: null, reading: unversionedReading };
  } catch {
    return null;
  }
}
