import { describe, expect, test } from "vitest";
import type { Database } from "../../ports/database.ts";
import type { Lease } from "../../ports/lease-store.ts";

const ttlMs = 60_000;
/** A lease of no time at all has run out as soon as it is given. */
const noTimeMs = 0;

export function describeLeaseStore(database: () => Database): void {
  describe("leases", () => {
    test("a name is held by one; the holder may extend, others wait", async () => {
      const { leases } = database();
      const lease = await leases.claim("held", "ada", ttlMs);

      expect(lease).toEqual({ name: "held", holder: "ada", fence: 1 });
      expect(await leases.claim("held", "bob", ttlMs)).toBeNull();
      expect(await leases.claim("held", "ada", ttlMs)).toEqual(lease);
    });

    test("of ten who claim at once, one gets it", async () => {
      const { leases } = database();

      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => leases.claim("wanted", `worker ${index}`, ttlMs)),
      );

      expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
    });

    test("who takes over a lease that ran out gets a higher fence, and the old holder knows", async () => {
      const { leases } = database();
      const old = await claimed(leases.claim("expired", "ada", noTimeMs));
      expect(await leases.isHeld(old)).toBe(false);

      const next = await claimed(leases.claim("expired", "bob", ttlMs));

      expect(next.fence).toBeGreaterThan(old.fence);
      expect(await leases.isHeld(old)).toBe(false);
      expect(await leases.isHeld(next)).toBe(true);
      expect(await leases.claim("expired", "ada", ttlMs)).toBeNull();
    });

    test("a holder who comes back too late gets a new fence", async () => {
      const { leases } = database();
      const old = await claimed(leases.claim("late", "ada", noTimeMs));

      const next = await claimed(leases.claim("late", "ada", ttlMs));

      expect(next.fence).toBeGreaterThan(old.fence);
      expect(await leases.isHeld(old)).toBe(false);
    });

    test("a released lease is free at once, and its fence keeps growing", async () => {
      const { leases } = database();
      const first = await claimed(leases.claim("released", "ada", ttlMs));
      await leases.release(first);
      expect(await leases.isHeld(first)).toBe(false);

      const second = await claimed(leases.claim("released", "bob", ttlMs));

      expect(second.fence).toBeGreaterThan(first.fence);
    });

    test("a late release by an old holder does not free the lease of the new one", async () => {
      const { leases } = database();
      const old = await claimed(leases.claim("stolen", "ada", noTimeMs));
      const next = await claimed(leases.claim("stolen", "bob", ttlMs));

      await leases.release(old);

      expect(await leases.isHeld(next)).toBe(true);
    });
  });
}

async function claimed(claim: Promise<Lease | null>): Promise<Lease> {
  const lease = await claim;
  if (lease === null) throw new Error("The lease is held by somebody else.");
  return lease;
}
