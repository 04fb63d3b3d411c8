import type { Lease, LeaseStore } from "../../ports/lease-store.ts";

/** Claims that are renewed until they are given back: work of unknown length keeps its claim, and the dead soon lose theirs. */
export function keptLeases(leases: LeaseStore): LeaseStore {
  const renewals = new Map<string, NodeJS.Timeout>();
  return {
    claim: async (name, holder, ttlMs) => {
      const lease = await leases.claim(name, holder, ttlMs);
      if (lease !== null && !renewals.has(keyOf(lease)))
        renewals.set(keyOf(lease), renewEvery(leases, lease, ttlMs));
      return lease;
    },
    release: async (lease) => {
      clearInterval(renewals.get(keyOf(lease)));
      renewals.delete(keyOf(lease));
      await leases.release(lease);
    },
    isHeld: (lease) => leases.isHeld(lease),
  };
}

function keyOf({ name, holder }: Lease): string {
  return `${holder} ${name}`;
}

/** A renewal that fails is tried again; whoever works asks `isHeld` where it matters. */
function renewEvery(leases: LeaseStore, { name, holder }: Lease, ttlMs: number): NodeJS.Timeout {
  const renew = (): void => void leases.claim(name, holder, ttlMs).catch(() => null);
  return setInterval(renew, ttlMs / 3).unref();
}
