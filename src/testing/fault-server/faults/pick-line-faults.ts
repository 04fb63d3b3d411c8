import { chanceOf } from "../seeded.ts";
import type { FaultScript } from "../fault-script.ts";
import { type ByteFault, isOutcomeFault, type LineRule, type OutcomeFault } from "./line-fault.ts";

export interface LineFaults {
  readonly outcome: readonly OutcomeFault[];
  readonly bytes: readonly ByteFault[];
}

/** The faults of one line, by the seed and its name alone: the order of work changes nothing. */
export function pickLineFaults(script: FaultScript, batchNumber: number, customId: string): LineFaults {
  const faults = script.lines
    .filter((rule, index) => isHit(script.seed, rule, [index, batchNumber, customId]))
    .map(({ fault }) => fault);
  const outcome = faults.filter((fault) => isOutcomeFault(fault));
  const bytes = faults.filter((fault): fault is ByteFault => !isOutcomeFault(fault));
  return { outcome, bytes };
}

function isHit(seed: number, rule: LineRule, at: readonly [number, number, string]): boolean {
  const [index, batchNumber, customId] = at;
  if (rule.customIds !== undefined && !rule.customIds.includes(customId)) return false;
  if (rule.batches !== undefined && !rule.batches.includes(batchNumber)) return false;
  return chanceOf(seed, "line", index, batchNumber, customId) < rule.probability;
}
