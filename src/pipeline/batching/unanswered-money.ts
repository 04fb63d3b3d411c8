import type { BatchTrouble } from "../../domain/batch-trouble.ts";
import type { OutcomeStatus } from "../../domain/request-outcome.ts";
import { settleUsage, type Settlement } from "../../domain/usage.ts";
import type { Stores } from "../../ports/database.ts";

/** How a request of a batch fared that has ended. */
export interface Fate {
  readonly customId: string;
  readonly status: OutcomeStatus;
  /** Whether the provider said it, or nothing was said and it follows from the end of the batch. */
  readonly isTold: boolean;
}

/** What becomes of money that no answer has taken. */
export interface UnansweredMoney {
  readonly settlements: ReadonlyMap<string, Settlement>;
  /** Keys of what stays held back. */
  readonly undelivered: readonly string[];
}

/** Their cost was settled together with them. */
const answered: ReadonlySet<OutcomeStatus> = new Set(["ok", "truncated", "refused", "unreadable"]);

/** So many are looked up at once. */
const readAtOnce = 500;

export async function readUnansweredMoney(
  { usage }: Pick<Stores, "usage">,
  fates: readonly Fate[],
  trouble: BatchTrouble | null,
): Promise<UnansweredMoney> {
  const open = fates.filter(({ status }) => !answered.has(status));
  const settlements = new Map<string, Settlement>();
  const undelivered: string[] = [];
  for (let first = 0; first < open.length; first += readAtOnce) {
    const some = new Map(open.slice(first, first + readAtOnce).map((fate) => [fate.customId, fate]));
    for (const { key, state } of await usage.listOf([...some.keys()])) {
      const fate = some.get(key);
      if (fate === undefined || state.status !== "reserved") continue;
      const settlement = settlementOf(fate, trouble, state.microUsd);
      if (settlement === null) undelivered.push(key);
      else settlements.set(key, settlement);
    }
  }
  return { settlements, undelivered };
}

/** Some providers tell nothing of a batch that expired or was called off, and may have worked on a part of it. */
const mayHaveRun: ReadonlySet<OutcomeStatus> = new Set(["missing", "expired", "canceled"]);

/**
 * What brought no answer was not paid for, with two exceptions: a request without a word may have been, and stays held
 * back; one whose answer is gone was, and is charged what was held back for it.
 */
function settlementOf(
  { status, isTold }: Fate,
  trouble: BatchTrouble | null,
  reservedMicroUsd: number,
): Settlement | null {
  if (trouble === "archived") return settleUsage(null, null, reservedMicroUsd);
  return !isTold && mayHaveRun.has(status) ? null : { status: "released" };
}
