import fc from "fast-check";
import { expect, test } from "vitest";
import { failureCodes, pauseReasons, type RunState } from "../run.ts";
import { stages } from "../stage.ts";
import { describeRunState, runStateAfter } from "./told-run-state.ts";

const stage = fc.constantFrom(...stages);
const anyState: fc.Arbitrary<RunState> = fc.oneof(
  fc.constantFrom<RunState>({ status: "queued" }, { status: "canceled" }),
  fc.record({ status: fc.constant("completed" as const), outcome: fc.constantFrom("full", "partial") }),
  fc.record({ status: fc.constant("running" as const), stage }),
  fc.record({ status: fc.constant("paused" as const), stage, reason: fc.constantFrom(...pauseReasons) }),
  fc.record({ status: fc.constant("failed" as const), stage, code: fc.constantFrom(...failureCodes) }),
);

test("every state is read from the event's field, whatever its words say", () => {
  fc.assert(
    fc.property(anyState, fc.string(), (state, to) => {
      expect(runStateAfter({ to, details: { state, metrics: {} } })).toEqual(state);
    }),
  );
});

test("every state is read from the words of an event that was stored without the field", () => {
  fc.assert(
    fc.property(anyState, (state) => {
      expect(runStateAfter({ to: describeRunState(state), details: {} })).toEqual(state);
    }),
  );
});

test("what is no state of a run is not taken for one", () => {
  const told = [
    { to: null, details: {} },
    { to: "success", details: { stage: "wait" } },
    { to: "running(tea)", details: {} },
    { to: "paused(wait, money) ", details: {} },
    { to: "queued", details: { state: { status: "asleep" } } },
    { to: "queued", details: { state: null } },
    { to: "queued", details: { state: { status: "running" } } },
  ];

  expect(told.map(runStateAfter)).toEqual(told.map(() => null));
});

test("what a later version adds to a state does not hide it", () => {
  const state = { status: "running", stage: "wait", since: "today" };

  expect(runStateAfter({ to: null, details: { state } })).toEqual({ status: "running", stage: "wait" });
});
