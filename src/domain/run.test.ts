import fc from "fast-check";
import { expect, test } from "vitest";
import {
  applyRunEvent,
  currentStage,
  failureCodes,
  isActive,
  isTerminal,
  pauseReasons,
  type RunEvent,
  type RunState,
} from "./run.ts";
import { stages } from "./stage.ts";

const anyStage = fc.constantFrom(...stages);
const anyReason = fc.constantFrom(...pauseReasons);
const anyCode = fc.constantFrom(...failureCodes);
const anyOutcome = fc.constantFrom("full" as const, "partial" as const);

const anyEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.constantFrom<RunEvent>(
    { type: "started" },
    { type: "resumed" },
    { type: "canceled" },
    { type: "retried" },
  ),
  anyStage.map((stage) => ({ type: "stage_entered" as const, stage })),
  anyReason.map((reason) => ({ type: "paused" as const, reason })),
  anyOutcome.map((outcome) => ({ type: "completed" as const, outcome })),
  anyCode.map((code) => ({ type: "failed" as const, code })),
);

const anyState: fc.Arbitrary<RunState> = fc.oneof(
  fc.constantFrom<RunState>({ status: "queued" }, { status: "canceled" }),
  anyStage.map((stage) => ({ status: "running" as const, stage })),
  fc.record({ status: fc.constant("paused" as const), stage: anyStage, reason: anyReason }),
  fc.record({ status: fc.constant("failed" as const), stage: anyStage, code: anyCode }),
  anyOutcome.map((outcome) => ({ status: "completed" as const, outcome })),
);

const queued: RunState = { status: "queued" };
const running: RunState = { status: "running", stage: "implement" };
const paused: RunState = { status: "paused", stage: "implement", reason: "money" };
const failed: RunState = { status: "failed", stage: "implement", code: "internal" };
const canceled: RunState = { status: "canceled" };

const moves: readonly (readonly [RunState, RunEvent, RunState])[] = [
  [queued, { type: "started" }, { status: "running", stage: "decompose" }],
  [queued, { type: "canceled" }, canceled],
  [running, { type: "stage_entered", stage: "validate" }, { status: "running", stage: "validate" }],
  [running, { type: "paused", reason: "money" }, paused],
  [running, { type: "completed", outcome: "partial" }, { status: "completed", outcome: "partial" }],
  [running, { type: "failed", code: "internal" }, failed],
  [running, { type: "canceled" }, canceled],
  [paused, { type: "resumed" }, running],
  [paused, { type: "failed", code: "internal" }, failed],
  [paused, { type: "canceled" }, canceled],
  [failed, { type: "retried" }, running],
];

test.each(moves)("%j and %j make %j", (state, event, expected) => {
  expect(applyRunEvent(state, event)).toEqual(expected);
});

test("an event without a move in a state leaves that very state", () => {
  fc.assert(
    fc.property(anyState, anyEvent, (state, event) => {
      const isThere = event.type === "stage_entered" && currentStage(state) === event.stage;
      const isMove = moves.some(([from, by]) => from.status === state.status && by.type === event.type);
      const hasMove = isMove && !isThere;

      expect(applyRunEvent(state, event) === state).toBe(!hasMove);
    }),
    { numRuns: 500 },
  );
});

test("no sequence of events leaves a terminal state, except a person's retry out of failed", () => {
  fc.assert(
    fc.property(anyState, fc.array(anyEvent, { maxLength: 40 }), (first, events) => {
      let state = first;
      for (const event of events) {
        const next = applyRunEvent(state, event);
        const isRetry = state.status === "failed" && event.type === "retried";
        if (isTerminal(state))
          expect(next).toEqual(isRetry ? { status: "running", stage: currentStage(state) } : state);
        state = next;
      }
      expect(events.length).toBeLessThanOrEqual(40);
    }),
  );
});

test("a run completes only from running, and a pause keeps its stage", () => {
  fc.assert(
    fc.property(anyState, anyEvent, (state, event) => {
      const next = applyRunEvent(state, event);
      const becameCompleted = next.status === "completed" && state.status !== "completed";

      expect(becameCompleted && state.status !== "running").toBe(false);
      if (next.status === "paused" || state.status === "paused")
        expect([currentStage(state), null]).toContain(currentStage(next));
    }),
  );
});

test.each<[RunState, boolean, boolean, string | null]>([
  [queued, false, false, null],
  [running, false, true, "implement"],
  [paused, false, true, "implement"],
  [failed, true, false, "implement"],
  [canceled, true, false, null],
  [{ status: "completed", outcome: "full" }, true, false, null],
])("%j: terminal %s, active %s, stage %s", (state, terminal, active, stage) => {
  expect([isTerminal(state), isActive(state), currentStage(state)]).toEqual([terminal, active, stage]);
});
