import type { IntegrationId, Sha } from "./ids.ts";
import { type Integration, integrationStatus, isSettled } from "./integration.ts";
import { byPriorityAndAge } from "./priority.ts";

/** What the queue of one branch does next. */
export type QueueAction =
  | { readonly kind: "make_candidate"; readonly id: IntegrationId }
  | { readonly kind: "check"; readonly id: IntegrationId }
  | { readonly kind: "reject_failed"; readonly id: IntegrationId }
  | { readonly kind: "land"; readonly id: IntegrationId }
  | { readonly kind: "wait" };

/**
 * The whole policy of the queue, as one decision over facts: land what is mergeable, in order of priority and age;
 * otherwise bring the first entry that can move one step further. An entry that waits for a person holds up nobody.
 */
export function planQueue(entries: readonly Integration[], baseHead: Sha, isFrozen: boolean): QueueAction {
  const open = entries.filter((entry) => !isSettled(entry)).toSorted(byPriorityAndAge);
  const mergeable = open.find((entry) => integrationStatus(entry, baseHead) === "mergeable");
  if (mergeable !== undefined && !isFrozen) return { kind: "land", id: mergeable.id };
  for (const entry of open) {
    const action = stepOf(entry, baseHead);
    if (action !== null) return action;
  }
  return { kind: "wait" };
}

function stepOf(entry: Integration, baseHead: Sha): QueueAction | null {
  switch (integrationStatus(entry, baseHead)) {
    case "outdated":
      return { kind: "make_candidate", id: entry.id };
    case "checking":
      return { kind: "check", id: entry.id };
    case "failed":
      return { kind: "reject_failed", id: entry.id };
    case "waiting_approval":
    case "mergeable":
    case "landed":
    case "rejected":
      return null;
  }
}

/** Places in the queue as people see them, first is 1; settled entries have none. */
export function queuePositions(entries: readonly Integration[]): ReadonlyMap<IntegrationId, number> {
  const open = entries.filter((entry) => !isSettled(entry)).toSorted(byPriorityAndAge);
  return new Map(open.map((entry, index) => [entry.id, index + 1]));
}
