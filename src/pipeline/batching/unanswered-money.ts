import type { BatchTrouble } from "../../domain/batching/batch-trouble.ts";
import type { OutcomeStatus } from "../../domain/batching/request-outcome.ts";
import { settleUsage, type Settlement } from "../../domain/money/usage.ts";
import type { Stores } from "../../ports/database.ts";
import type { BatchFates } from "./batch-fates.ts";

/** How a batch ended, and what that says of the requests that nothing was said about. */
export interface SilentEnd {
  readonly unanswered: OutcomeStatus;
  readonly trouble: BatchTrouble | null;
}

/** Their cost was settled together with them. */
const answered: ReadonlySet<OutcomeStatus> = new Set(["ok", "truncated", "refused", "unreadable"]);

/** So many are looked up at once. */
const settledAtOnce = 500;

/** Settles the money that no answer has taken, or keeps it held back where a request may have been paid for. */
export async function settleUnanswered(
  { usage }: Pick<Stores, "usage">,
  fates: BatchFates,
  end: SilentEnd,
): Promise<void> {
  let keys: string[] = [];
  for (const [customId, { status }] of fates) {
    if (status !== null && answered.has(status)) continue;
    keys.push(customId);
    if (keys.length < settledAtOnce) continue;
    await settleSome(usage, fates, end, keys);
    keys = [];
  }
  await settleSome(usage, fates, end, keys);
}

const withoutWord = "the batch ended without a readable word about it";

async function settleSome(
  usage: Stores["usage"],
  fates: BatchFates,
  end: SilentEnd,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  const settlements = new Map<string, Settlement>();
  const undelivered: string[] = [];
  for (const { key, state } of await usage.listOf(keys)) {
    if (state.status !== "reserved") continue;
    const settlement = settlementOf(fates.get(key)?.status ?? null, end, state.microUsd);
    if (settlement === null) undelivered.push(key);
    else settlements.set(key, settlement);
  }
  await usage.settleAll(settlements);
  await usage.markAllUndelivered(undelivered, withoutWord);
}

/** Some providers tell nothing of a batch that expired or was called off, and may have worked on a part of it. */
const mayHaveRun: ReadonlySet<OutcomeStatus> = new Set(["missing", "expired", "canceled"]);

/**
 * What brought no answer was not paid for, with two exceptions: a request without a readable word may have been, and
 * stays held back; one whose answer is gone was, and is charged what was held back for it.
 */
function settlementOf(
  told: OutcomeStatus | null,
  { unanswered, trouble }: SilentEnd,
  reservedMicroUsd: number,
): Settlement | null {
  if (trouble === "archived") return settleUsage(null, null, reservedMicroUsd);
  const mayBeBilled = told === null ? mayHaveRun.has(unanswered) : told === "missing";
  return mayBeBilled ? null : { status: "released" };
}
