import type { Purse } from "../../domain/money/budget.ts";
import type { ReservedUsage } from "../../ports/usage-ledger.ts";
import { sampleUsage } from "../usage-samples.ts";
import type { SampleFamily } from "./sample-family.ts";

/** A call of a family's run, about to be made. */
export function callOf(family: SampleFamily, name: string, microUsd: number, tokens = 0): ReservedUsage {
  return sampleUsage({
    key: `${family.run.id}:${name}`,
    runId: family.run.id,
    state: { status: "reserved", microUsd, tokens },
  });
}

export function over(missingMicroUsd: number, cap: Purse = "run"): object {
  return { kind: "over_budget", cap, missingMicroUsd, missingTokens: 0 };
}
