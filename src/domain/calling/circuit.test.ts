import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyAnswer,
  applyFailure,
  applyGivenUp,
  type Circuit,
  closedCircuit,
  enterCircuit,
  leftOf,
  longestOpenMs,
  longestTrialMs,
} from "./circuit.ts";

const seed = "openai";
const minuteMs = 60_000;

function failing(times: number, nowMs = 0): Circuit {
  let circuit: Circuit = closedCircuit;
  for (let time = 0; time < times; time += 1) circuit = applyFailure(circuit, { trial: null, nowMs, seed });
  return circuit;
}

test("two failures in a row close nobody out, the third does", () => {
  expect(failing(2)).toEqual({ status: "closed", failures: 2 });
  expect(failing(3)).toMatchObject({ status: "open", openings: 1, sinceMs: 0 });
});

test("an answer in between counts for all", () => {
  const circuit = applyFailure(applyAnswer(failing(2)), { trial: null, nowMs: 0, seed });

  expect(circuit).toEqual({ status: "closed", failures: 1 });
  expect(applyAnswer(closedCircuit)).toBe(closedCircuit);
});

test("a call that began before the circuit opened does not hold it open for longer", () => {
  const open = failing(3);

  expect(applyFailure(open, { trial: null, nowMs: 4_000, seed })).toBe(open);
  expect(applyAnswer(open)).toEqual(closedCircuit);
});

test("each pause is longer than the one before, up to five minutes and its spread", () => {
  let circuit = failing(3);
  let nowMs = 0;
  const pauses: number[] = [];
  for (let time = 0; time < 10; time += 1) {
    if (circuit.status !== "open") throw new Error("It is open after each failure.");
    pauses.push(circuit.untilMs - nowMs);
    nowMs = circuit.untilMs;
    const entry = enterCircuit(circuit, { nowMs, longestMs: minuteMs });
    if (entry.kind !== "passed") throw new Error("Somebody may try when the pause is over.");
    circuit = applyFailure(entry.circuit, { trial: entry.trial, nowMs, seed });
  }

  const rising = pauses.slice(0, 6);
  expect(rising).toEqual(rising.toSorted((one, other) => one - other));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(longestOpenMs);
  expect(Math.min(...pauses.slice(7))).toBeGreaterThan(4 * minuteMs);
});

describe("while one tries", () => {
  const open = failing(3);
  const nowMs = minuteMs;
  const first = enterCircuit(open, { nowMs, longestMs: minuteMs });
  if (first.kind !== "passed") throw new Error("The pause is over.");
  const { trial, circuit: trying } = first;

  test("the others wait, and look again soon", () => {
    expect(enterCircuit(trying, { nowMs: nowMs + 1, longestMs: minuteMs })).toEqual({
      kind: "shut",
      waitMs: 15_000,
      sinceMs: 0,
    });
  });

  test("only the failure of the one that tries counts", () => {
    expect(applyFailure(trying, { trial: null, nowMs, seed })).toBe(trying);
    expect(applyFailure(trying, { trial, nowMs, seed })).toMatchObject({ status: "open", openings: 2 });
  });

  test("who dies over it is followed by another one, when its call must have ended", () => {
    const next = enterCircuit(trying, { nowMs: 2 * minuteMs, longestMs: minuteMs });

    expect(next).toMatchObject({ kind: "passed", trial: 2, circuit: { status: "trying", openings: 2 } });
    expect(applyFailure(trying, { trial, nowMs: 2 * minuteMs, seed })).toMatchObject({ status: "open" });
  });
});

test("who gives up trying lets somebody else try at once, and who was not trying changes nothing", () => {
  const open = failing(3);
  const entry = enterCircuit(open, { nowMs: minuteMs, longestMs: minuteMs });
  if (entry.kind !== "passed") throw new Error("The pause is over.");
  const { trial, circuit } = entry;
  const given = applyGivenUp(circuit, { trial, nowMs: minuteMs });

  expect(enterCircuit(given, { nowMs: minuteMs, longestMs: minuteMs })).toMatchObject({
    kind: "passed",
    trial,
  });
  expect(applyGivenUp(circuit, { trial: null, nowMs: minuteMs })).toBe(circuit);
  expect(applyGivenUp(open, { trial: null, nowMs: minuteMs })).toBe(open);
});

/** Steps of a world with any number of workers: time passes, somebody asks, and calls end well or not. */
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 600_000 }) }),
    fc.record({ kind: fc.constant("jump" as const), ms: fc.integer({ min: -1e9, max: 1e9 }) }),
    fc.record({ kind: fc.constant("enter" as const) }),
    fc.record({ kind: fc.constant("fail" as const) }),
    fc.record({ kind: fc.constant("answer" as const) }),
  ),
  { maxLength: 80 },
);

type Step = typeof steps extends fc.Arbitrary<readonly (infer One)[]> ? One : never;

interface World {
  readonly circuit: Circuit;
  readonly nowMs: number;
  /** The trials since the last answer. */
  readonly trials: readonly number[];
  /** Under way, oldest first, each with its trial. */
  readonly calls: readonly (number | null)[];
}

function play(given: readonly Step[], circuit: Circuit = closedCircuit): World {
  const world: World = { circuit, nowMs: 0, trials: [], calls: [] };
  return given.reduce(afterStep, world);
}

function afterStep(world: World, step: Step): World {
  const { circuit, nowMs, trials, calls } = world;
  const [trial = null, ...others] = calls;
  switch (step.kind) {
    case "pass":
    case "jump":
      return { ...world, nowMs: nowMs + step.ms };
    case "enter": {
      const entry = enterCircuit(circuit, { nowMs, longestMs: minuteMs });
      if (entry.kind === "shut") return world;
      return {
        nowMs,
        circuit: entry.circuit,
        trials: entry.trial === null ? trials : [...trials, entry.trial],
        calls: [...calls, entry.trial],
      };
    }
    case "fail":
      return { ...world, circuit: applyFailure(circuit, { trial, nowMs, seed }), calls: others };
    case "answer":
      return { nowMs, circuit: applyAnswer(circuit), trials: [], calls: others };
  }
}

/** How long somebody waits who comes back when they were told to, while nothing else happens. */
function waitedMs(circuit: Circuit, fromMs: number): number {
  let nowMs = fromMs;
  for (;;) {
    const entry = enterCircuit(circuit, { nowMs, longestMs: minuteMs });
    if (entry.kind === "passed") return nowMs - fromMs;
    nowMs += entry.waitMs;
  }
}

test("whatever happens and however the clock jumps, nobody waits longer than the longest pause", () => {
  fc.assert(
    fc.property(steps, (given) => {
      const { circuit, nowMs } = play(given, failing(3));
      const entry = enterCircuit(circuit, { nowMs, longestMs: minuteMs });

      expect(entry.kind === "passed" || entry.waitMs <= longestOpenMs).toBe(true);
      expect(waitedMs(circuit, nowMs)).toBeLessThanOrEqual(longestTrialMs);
    }),
  );
});

test("no trial is let through twice, and the first answer lets everybody through", () => {
  fc.assert(
    fc.property(steps, (given) => {
      const { circuit, nowMs, trials } = play(given);

      expect(new Set(trials).size).toBe(trials.length);
      expect(enterCircuit(applyAnswer(circuit), { nowMs, longestMs: minuteMs })).toMatchObject({
        kind: "passed",
        trial: null,
      });
    }),
  );
});

test("a wait that is longer than any wait is over: the clock was put back", () => {
  expect([leftOf(10, 4, 100), leftOf(4, 10, 100), leftOf(1_000, 4, 100)]).toEqual([6, 0, 0]);
});
