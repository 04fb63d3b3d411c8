import fc from "fast-check";
import { expect, test } from "vitest";
import { unlimited } from "./call-pace.ts";
import {
  type CallEnd,
  enterGate,
  findShut,
  leaveGate,
  longestHoldMs,
  openGate,
  type ProviderGate,
} from "./provider-gate.ts";

const seed = "openai";
const call = { tokens: 10, longestMs: 60_000, limits: unlimited };
const answered: CallEnd = { kind: "answered" };

function left(gate: ProviderGate, end: CallEnd, nowMs = 0): ProviderGate {
  return leaveGate(gate, { trial: null, end, nowMs, seed });
}

function awayGate(): ProviderGate {
  const away: CallEnd = { kind: "away", retryAfterMs: null };
  return left(left(left(openGate, away), away), away);
}

test("a gate that nothing happened at is open, and an answer changes nothing", () => {
  expect(enterGate(openGate, call, 0)).toEqual({ entry: { kind: "passed", trial: null }, gate: openGate });
  expect(left(openGate, answered)).toBe(openGate);
  expect(findShut(openGate, 0)).toBeNull();
});

test("a provider that wants to be asked less often is left alone for as long as it says", () => {
  const gate = left(openGate, { kind: "busy", retryAfterMs: 30_000 }, 1_000);

  expect(enterGate(gate, call, 11_000).entry).toEqual({
    kind: "shut",
    cause: "busy",
    waitMs: 20_000,
    sinceMs: 1_000,
  });
  expect(findShut(gate, 11_000)).toEqual({ cause: "busy", waitMs: 20_000, sinceMs: 1_000 });
  expect(enterGate(gate, call, 31_000).entry).toEqual({ kind: "passed", trial: null });
});

test("the later of two waits counts, whoever was told of it", () => {
  const gate = left(left(openGate, { kind: "busy", retryAfterMs: 30_000 }), {
    kind: "busy",
    retryAfterMs: 5_000,
  });

  expect(enterGate(gate, call, 10_000).entry).toMatchObject({ kind: "shut", waitMs: 20_000 });
});

test("where it does not say how long, each wait is longer than the one before, until there is an answer", () => {
  let gate = openGate;
  const waits: number[] = [];
  let nowMs = 0;
  for (let time = 0; time < 4; time += 1) {
    gate = left(gate, { kind: "busy", retryAfterMs: null }, nowMs);
    const shut = findShut(gate, nowMs);
    waits.push(shut?.waitMs ?? 0);
    nowMs += shut?.waitMs ?? 0;
  }
  const after = left(left(gate, answered, nowMs), { kind: "busy", retryAfterMs: null }, nowMs);

  expect(waits).toEqual(waits.toSorted((one, other) => one - other));
  expect(findShut(after, nowMs)?.waitMs).toBe(waits[0]);
});

test("an answer to an earlier call does not end a wait that was asked for", () => {
  const gate = left(left(openGate, { kind: "busy", retryAfterMs: 30_000 }), answered);

  expect(enterGate(gate, call, 1_000).entry.kind).toBe("shut");
});

test("a provider that is away and says for how long is believed", () => {
  const gate = left(openGate, { kind: "away", retryAfterMs: 30_000 });

  expect(enterGate(gate, call, 1_000).entry).toMatchObject({ cause: "busy", waitMs: 29_000 });
  expect(gate.circuit).toEqual({ status: "closed", failures: 1 });
});

test("a provider that says it is asked too often is there", () => {
  const gate = left(awayGate(), { kind: "busy", retryAfterMs: 0 });

  expect(enterGate(gate, call, 1).entry).toEqual({ kind: "passed", trial: null });
});

test("one that is away is told as that", () => {
  expect(enterGate(awayGate(), call, 0).entry).toMatchObject({ kind: "shut", cause: "away", sinceMs: 0 });
  expect(findShut(awayGate(), 0)).toMatchObject({ cause: "away", sinceMs: 0 });
});

test("nobody becomes the one that tries who has to wait for another reason", () => {
  const held = left(awayGate(), { kind: "away", retryAfterMs: 60_000 });
  const entered = enterGate(held, call, 30_000);

  expect(entered.entry).toMatchObject({ kind: "shut", cause: "busy" });
  expect(entered.gate).toBe(held);
});

test("a call that its caller gave up changes nothing, but that another may try", () => {
  const givenUp: CallEnd = { kind: "given_up" };
  const tried = enterGate(awayGate(), call, 60_000);
  if (tried.entry.kind !== "passed") throw new Error("The pause is over.");
  const { trial } = tried.entry;
  const after = leaveGate(tried.gate, { trial, end: givenUp, nowMs: 60_000, seed });

  expect(left(openGate, givenUp)).toBe(openGate);
  expect(enterGate(tried.gate, call, 60_001).entry.kind).toBe("shut");
  expect(enterGate(after, call, 60_001).entry).toEqual({ kind: "passed", trial });
});

test("our own limits are kept here too", () => {
  const slow = { ...call, limits: { requestsPerMinute: 1, tokensPerMinute: null } };
  const { gate } = enterGate(openGate, slow, 0);

  expect(enterGate(gate, slow, 1_000).entry).toEqual({
    kind: "shut",
    cause: "pace",
    waitMs: 60_000,
    sinceMs: 1_000,
  });
  expect(findShut(gate, 1_000)).toBeNull();
});

/** Of somebody who comes back when they were told to, while nothing else happens. */
function looksUntilPassed(gate: ProviderGate, fromMs: number): number {
  let nowMs = fromMs;
  for (let looks = 1; ; looks += 1) {
    const { entry } = enterGate(gate, call, nowMs);
    if (entry.kind === "passed") return looks;
    nowMs += entry.waitMs;
  }
}

test("no provider can make anybody wait for longer than an hour, nor can a clock that jumps", () => {
  const retryAfter = fc.option(fc.integer({ min: 0, max: 1e9 }));
  const ends = fc.array(
    fc.record({
      jumpMs: fc.integer({ min: -1e8, max: 1e8 }),
      end: fc.oneof(
        fc.constant(answered),
        fc.record({ kind: fc.constantFrom("busy" as const, "away" as const), retryAfterMs: retryAfter }),
      ),
    }),
  );
  fc.assert(
    fc.property(ends, (given) => {
      let gate = openGate;
      let nowMs = 0;
      for (const { jumpMs, end } of given) {
        nowMs += jumpMs;
        gate = leaveGate(gate, { trial: null, end, nowMs, seed });
        const { entry } = enterGate(gate, call, nowMs);
        expect(entry.kind === "passed" || entry.waitMs <= longestHoldMs).toBe(true);
      }
      expect(looksUntilPassed(gate, nowMs)).toBeLessThanOrEqual(3);
    }),
  );
});
