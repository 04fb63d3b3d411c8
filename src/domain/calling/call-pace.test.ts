import fc from "fast-check";
import { expect, test } from "vitest";
import { type CallPace, takePermit, unlimited } from "./call-pace.ts";

const limits = { requestsPerMinute: 3, tokensPerMinute: null };

test("without limits nothing is counted", () => {
  expect(takePermit([], unlimited, { nowMs: 5_000, tokens: 9 })).toEqual({ kind: "taken", pace: [] });
});

test("calls of one second are counted together", () => {
  const first = takePermit([], limits, { nowMs: 5_100, tokens: 4 });
  if (first.kind !== "taken") throw new Error("It fits.");

  expect(takePermit(first.pace, limits, { nowMs: 5_900, tokens: 5 })).toEqual({
    kind: "taken",
    pace: [{ second: 5, requests: 2, tokens: 9 }],
  });
});

test("who is too much learns when enough of the others are a minute old", () => {
  const pace: CallPace = [
    { second: 10, requests: 1, tokens: 1 },
    { second: 20, requests: 2, tokens: 1 },
  ];

  expect(takePermit(pace, limits, { nowMs: 30_000, tokens: 1 })).toEqual({ kind: "full", waitMs: 41_000 });
  expect(takePermit(pace, limits, { nowMs: 71_000, tokens: 1 })).toMatchObject({ kind: "taken" });
});

test("a call that is larger than the limit goes alone", () => {
  const few = { requestsPerMinute: null, tokensPerMinute: 100 };
  const alone = takePermit([], few, { nowMs: 0, tokens: 500 });
  if (alone.kind !== "taken") throw new Error("It would never fit otherwise.");

  expect(takePermit(alone.pace, few, { nowMs: 1_000, tokens: 1 })).toEqual({ kind: "full", waitMs: 60_000 });
});

test("what a clock wrote that was put back since does not count", () => {
  const pace: CallPace = [{ second: 9_000, requests: 3, tokens: 0 }];

  expect(takePermit(pace, limits, { nowMs: 1_000, tokens: 0 })).toMatchObject({ kind: "taken" });
});

const calls = fc.array(
  fc.record({ afterMs: fc.integer({ min: 0, max: 20_000 }), tokens: fc.integer({ min: 0, max: 120 }) }),
  { maxLength: 120 },
);
const anyLimits = fc.record({
  requestsPerMinute: fc.option(fc.integer({ min: 1, max: 20 })),
  tokensPerMinute: fc.option(fc.integer({ min: 120, max: 900 })),
});

test("within no minute is there more than the limits say, and whoever waits as told is let in", () => {
  fc.assert(
    fc.property(calls, anyLimits, (asked, given) => {
      let pace: CallPace = [];
      let nowMs = 0;
      const taken: { readonly atMs: number; readonly tokens: number }[] = [];
      for (const { afterMs, tokens } of asked) {
        nowMs += afterMs;
        const first = takePermit(pace, given, { nowMs, tokens });
        if (first.kind === "full") nowMs += first.waitMs;
        const entry = first.kind === "full" ? takePermit(pace, given, { nowMs, tokens }) : first;
        if (entry.kind === "full") throw new Error("Whoever waited as told must be let in.");
        ({ pace } = entry);
        taken.push({ atMs: nowMs, tokens });
      }
      for (const { atMs } of taken) {
        const minute = taken.filter((each) => each.atMs > atMs - 60_000 && each.atMs <= atMs);
        const tokens = minute.reduce((sum, each) => sum + each.tokens, 0);
        expect(minute.length).toBeLessThanOrEqual(given.requestsPerMinute ?? Infinity);
        expect(tokens).toBeLessThanOrEqual(given.tokensPerMinute ?? Infinity);
      }
      expect(pace.length).toBeLessThanOrEqual(61);
    }),
  );
});
