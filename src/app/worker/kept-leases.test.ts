import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LeaseStore } from "../../ports/lease-store.ts";
import { keptLeases } from "./kept-leases.ts";

/** Leases over a clock that the test moves. */
function leasesInMemory(): LeaseStore {
  const held = new Map<string, { readonly holder: string; readonly until: number }>();
  const isFree = (name: string, holder: string): boolean => {
    const current = held.get(name);
    return current === undefined || current.holder === holder || current.until <= Date.now();
  };
  return {
    claim: async (name, holder, ttlMs) => {
      if (!isFree(name, holder)) return null;
      held.set(name, { holder, until: Date.now() + ttlMs });
      return { name, holder, fence: 1 };
    },
    release: async ({ name }) => void held.delete(name),
    isHeld: async ({ name, holder }) => !isFree(name, "somebody else") && isFree(name, holder),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a claim outlives its time for as long as it is not given back", async () => {
  const leases = leasesInMemory();
  const kept = keptLeases(leases);
  const lease = await kept.claim("split", "ada", 60_000);

  await vi.advanceTimersByTimeAsync(600_000);
  expect(await leases.claim("split", "grace", 60_000)).toBeNull();

  if (lease !== null) await kept.release(lease);
  expect(await leases.claim("split", "grace", 60_000)).not.toBeNull();
});

test("a claim that was not given is not renewed", async () => {
  const leases = leasesInMemory();
  await leases.claim("split", "grace", 60_000);

  expect(await keptLeases(leases).claim("split", "ada", 60_000)).toBeNull();
  await vi.advanceTimersByTimeAsync(60_000);

  expect(await leases.claim("split", "linus", 60_000)).not.toBeNull();
});
