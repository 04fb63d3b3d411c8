import type { IntegrationId, Sha } from "./ids.ts";
import { type Integration, integrationStatus, isSettled, mayHaveLanded } from "./integration.ts";
import { byPriorityAndAge } from "./priority.ts";
import { isTerminal, type RunState } from "./run.ts";

/** What the queue of one branch does next. */
export type QueueAction =
  | { readonly kind: "note_landing"; readonly id: IntegrationId }
  | { readonly kind: "withdraw"; readonly id: IntegrationId }
  | { readonly kind: "make_candidate"; readonly id: IntegrationId }
  | { readonly kind: "check"; readonly id: IntegrationId }
  | { readonly kind: "reject_failed"; readonly id: IntegrationId }
  | { readonly kind: "land"; readonly id: IntegrationId }
  | { readonly kind: "wait" };

/** How far an entry may go now: to the base, up to its check, nowhere, or out of the queue. */
export type QueuePermission = "land" | "prepare" | "rest" | "withdraw";

/** What the queue knows besides its entries. */
export interface QueueFacts {
  readonly baseHead: Sha;
  /** Nothing lands now; what comes next is prepared. */
  readonly isFrozen: boolean;
  readonly permissions: ReadonlyMap<IntegrationId, QueuePermission>;
  /** Entries whose candidate stands on the base, whatever is noted of them. */
  readonly landed: ReadonlySet<IntegrationId>;
}

/** Only a run that is under way is brought further, and only one that deploys lands; a revert always may. */
export function permissionOf(kind: Integration["kind"], run: RunState): QueuePermission {
  if (kind === "revert") return "land";
  if (isTerminal(run)) return "withdraw";
  if (run.status !== "running") return "rest";
  if (run.stage === "deploy") return "land";
  return run.stage === "validate" ? "prepare" : "rest";
}

/**
 * The whole policy of the queue, as one decision over facts: note what landed, land what is mergeable, in order of
 * priority and age; otherwise bring the first entry that can move one step further. An entry that waits for a person
 * holds up nobody.
 */
export function planQueue(entries: readonly Integration[], facts: QueueFacts): QueueAction {
  const landed = entries.find((entry) => facts.landed.has(entry.id));
  if (landed !== undefined) return { kind: "note_landing", id: landed.id };
  const open = entries.filter((entry) => !isSettled(entry)).toSorted(byPriorityAndAge);
  const landable = open.find((entry) => mayLand(entry, permissionIn(facts, entry), facts.baseHead));
  if (landable !== undefined && !facts.isFrozen) return { kind: "land", id: landable.id };
  for (const entry of open) {
    const action = stepOf(entry, facts);
    if (action !== null) return action;
  }
  return { kind: "wait" };
}

/** Asked again by whoever holds the merge lock: much may have happened since it was planned. */
export function mayLand(entry: Integration, permission: QueuePermission, baseHead: Sha): boolean {
  return permission === "land" && integrationStatus(entry, baseHead) === "mergeable";
}

function stepOf(entry: Integration, facts: QueueFacts): QueueAction | null {
  const permission = permissionIn(facts, entry);
  if (permission === "withdraw") return { kind: "withdraw", id: entry.id };
  if (permission === "rest") return null;
  switch (integrationStatus(entry, facts.baseHead)) {
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

function permissionIn({ permissions }: QueueFacts, { id }: Integration): QueuePermission {
  return permissions.get(id) ?? "rest";
}

/**
 * Entries that may stand on the base though nothing says so: whoever moved it died before the note, or was given up
 * while it moved. A commit lands only on the base it was made for, so of what was given up, and there is ever more of that,
 * what another commit was landed on is out. What is open is looked at all the same: people put a base back.
 */
export function unsureLandings(entries: readonly Integration[], baseHead: Sha): readonly Integration[] {
  const takenBases = new Set(
    entries.flatMap(({ outcome, candidate }) =>
      outcome?.kind === "landed" && candidate !== null ? [candidate.baseSha] : [],
    ),
  );
  return entries.filter(
    (entry) =>
      mayHaveLanded(entry) &&
      entry.candidate !== null &&
      entry.candidate.baseSha !== baseHead &&
      (entry.outcome === null || !takenBases.has(entry.candidate.baseSha)),
  );
}
