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

/** The last look before the branch moves: a holder that slept past its time must not land. */
export async function assertLockHeld(deps: { readonly db: Database }, lock: MergeLock): Promise<void> {
  if (await deps.db.leases.isHeld(lock.lease)) return;
  throw new AasError("conflict", `The merge lock of ${lock.branch} was lost.`, { retryable: true });
}
