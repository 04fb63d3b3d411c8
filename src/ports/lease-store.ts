import type { EffectTable } from "./effects.ts";

/** Time-limited claims on names, with a fence number that grows with each new holder. */
export interface LeaseStore {
  /** Null when somebody else holds it. The holder may claim again to extend. */
  claim(name: string, holder: string, ttlMs: number): Promise<Lease | null>;
  release(lease: Lease): Promise<void>;
  /** Whether the lease is still this holder's, by the store's own clock. */
  isHeld(lease: Lease): Promise<boolean>;
}

export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly fence: number;
}

export const leaseStoreEffects = {
  claim: "effect",
  release: "effect",
  isHeld: "read",
} as const satisfies EffectTable<LeaseStore>;
