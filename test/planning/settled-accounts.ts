import type { RequestOutcome } from "../../src/domain/batching/request-outcome.ts";
import type { Usage } from "../../src/domain/money/usage.ts";
import type { BillLine, BillReport } from "../../src/testing/fault-server/money/bill.ts";

/** What one answer cost; null: it was asked for by a call of its own. */
interface Charge {
  readonly customId: string | null;
  readonly microUsd: number;
}

/** Every answer whose usage was told, as the server bills it. */
export function billedCharges({ owed }: BillReport): readonly Charge[] {
  return sorted(owed.map(({ customId, costMicroUsd }) => ({ customId, microUsd: costMicroUsd ?? 0 })));
}

/** The same, as our ledger has it. */
export function bookedCharges(
  usages: readonly Usage[],
  outcomes: readonly RequestOutcome[],
): readonly Charge[] {
  const alone = new Set(outcomes.filter(({ batchId }) => batchId === null).map(({ customId }) => customId));
  return sorted(
    usages.flatMap(({ key, state }) => {
      if (state.status !== "settled" || state.isEstimated) return [];
      const customId = requestOf(key);
      return [{ customId: alone.has(customId) ? null : customId, microUsd: state.microUsd }];
    }),
  );
}

export function sumOf(charges: readonly Charge[]): number {
  return charges.reduce((sum, { microUsd }) => sum + microUsd, 0);
}

/** Worked on by the server without a word about what it took, and not kept back by us for at least as much. */
export function uncovered({ untold }: BillReport, usages: readonly Usage[]): readonly BillLine[] {
  return untold.filter(({ customId, costMicroUsd }) => {
    const asked = usages.filter(({ key, tier }) =>
      customId === null ? tier === "standard" : key === customId,
    );
    return !asked.some((usage) => keptBack(usage) > 0 && keptBack(usage) >= (costMicroUsd ?? 0));
  });
}

/** Listed as never delivered, or charged at its reservation because nobody said what it took. */
function keptBack({ state }: Usage): number {
  if (state.status === "undelivered") return state.microUsd;
  return state.status === "settled" && state.isEstimated ? state.microUsd : 0;
}

/** A further charge of a request has the name of the request and a number. */
function requestOf(key: string): string {
  return key.replace(/~.*$/u, "");
}

function sorted(charges: readonly Charge[]): readonly Charge[] {
  return charges.toSorted(
    (one, other) => (one.customId ?? "").localeCompare(other.customId ?? "") || one.microUsd - other.microUsd,
  );
}
