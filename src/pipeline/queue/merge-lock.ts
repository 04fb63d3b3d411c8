import { AasError } from "../../domain/errors.ts";
import type { ProjectId } from "../../domain/ids.ts";
import type { Database } from "../../ports/database.ts";
import type { IdSource } from "../../ports/id-source.ts";
import type { Lease } from "../../ports/lease-store.ts";

declare const lockBrand: unique symbol;

/** Proof that this process alone may land on one branch. Only `withMergeLock` makes one. */
export interface MergeLock {
  readonly [lockBrand]: true;
  readonly branch: string;
  readonly lease: Lease;
}

const lockTtlMs = 60_000;

/** Null: somebody else is landing on this branch right now, maybe another workflow of this process. */
export async function withMergeLock<Result>(
  deps: { readonly db: Database; readonly actor: string; readonly ids: IdSource },
  target: { readonly projectId: ProjectId; readonly branch: string },
  work: (lock: MergeLock) => Promise<Result>,
): Promise<Result | null> {
  const name = `merge:${target.projectId}:${target.branch}`;
  const lease = await deps.db.leases.claim(name, `${deps.actor}:${deps.ids.next()}`, lockTtlMs);
  if (lease === null) return null;
  try {
    return await work({ branch: target.branch, lease } as MergeLock);
  } finally {
    await deps.db.leases.release(lease);
  }
}

/** A push over a slow line takes long: nobody may take the entry out of the queue meanwhile. */
const moveTtlMs = 5 * 60_000;

/** What has not moved by then is given up, well before somebody else may have the lock. */
export const moveDeadlineMs = 4 * 60_000;

/**
 * The last look before the branch moves: a holder that slept past its time must not land, also when nobody has the lock
 * just now. From here the lock lasts as long as the move may take.
 */
export async function holdForMove(
  deps: { readonly db: Database },
  { branch, lease }: MergeLock,
): Promise<void> {
  const { leases } = deps.db;
  const extended = (await leases.isHeld(lease))
    ? await leases.claim(lease.name, lease.holder, moveTtlMs)
    : null;
  if (extended?.fence === lease.fence) return;
  if (extended !== null) await leases.release(extended);
  throw new AasError("conflict", `The merge lock of ${branch} was lost.`, { retryable: true });
}
