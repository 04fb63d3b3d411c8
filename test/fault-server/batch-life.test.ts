import fc from "fast-check";
import { expect, test } from "vitest";
import { isEnd, type Phase, phaseOf } from "../../src/testing/fault-server/batches/batch-life.ts";
import type { Fate, Pace } from "../../src/testing/fault-server/faults/batch-fault.ts";

const steps = fc.nat({ max: 5 });
const paces: fc.Arbitrary<Pace> = fc.record({
  by: fc.constant("looks" as const),
  validating: steps,
  inProgress: steps,
  finalizing: steps,
  canceling: steps,
});
const fates = fc.constantFrom<Fate>(
  { kind: "completed" },
  { kind: "failed", errors: null },
  { kind: "expired", done: 0 },
  { kind: "stuck", in: "in_progress" },
  { kind: "archived" },
);
const order: readonly Phase[] = ["validating", "in_progress", "finalizing", "canceling"];

function rankOf(phase: Phase): number {
  return isEnd(phase) ? order.length : order.indexOf(phase);
}

test("no batch ever goes back, and an end stays", () => {
  fc.assert(
    fc.property(paces, fates, fc.option(steps), (pace, fate, canceledAfter) => {
      const at = (passed: number): Phase =>
        phaseOf({
          pace,
          fate,
          passed,
          canceledAfter: canceledAfter !== null && passed >= canceledAfter ? canceledAfter : null,
        });

      for (let passed = 0; passed < 25; passed += 1) {
        const [now, next] = [at(passed), at(passed + 1)];
        expect(rankOf(next)).toBeGreaterThanOrEqual(rankOf(now));
        if (isEnd(now)) expect(next).toBe(now);
      }
    }),
  );
});

test("every batch that is not stuck comes to its end", () => {
  const endOf = (fate: Fate, pace: Pace): Phase => phaseOf({ pace, fate, passed: 100, canceledAfter: null });

  fc.assert(
    fc.property(paces, (pace) => {
      expect(endOf({ kind: "completed" }, pace)).toBe("completed");
      expect(endOf({ kind: "archived" }, pace)).toBe("completed");
      expect(endOf({ kind: "failed", errors: null }, pace)).toBe("failed");
      expect(endOf({ kind: "expired", done: 1 }, pace)).toBe("expired");
      expect(endOf({ kind: "stuck", in: "finalizing" }, pace)).toBe("finalizing");
    }),
  );
});

test("what was canceled before its end is canceled, however long it is looked at", () => {
  fc.assert(
    fc.property(paces, steps, (pace, canceledAfter) => {
      const fate = { kind: "stuck", in: "in_progress" } as const;
      expect(phaseOf({ pace, fate, passed: 100, canceledAfter })).toBe("canceled");
    }),
  );
});
