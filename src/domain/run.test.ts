import fc from "fast-check";
import { expect, test } from "vitest";
import {
  applyRunEvent,
  currentStage,
  failureCodes,
  hasPassed,
  isActive,
  isPastBuilding,
  isTerminal,
  pauseReasons,
  type RunEvent,
  type RunState,
} from "./run.ts";
import { makeStageResult, stages } from "./stage.ts";

const anyStage = fc.constantFrom(...stages);
const anyReason = fc.constantFrom(...pauseReasons);
const anyCode = fc.constantFrom(...failureCodes);
const anyOutcome = fc.constantFrom("full" as const, "partial" as const);

const anyEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.constantFrom<RunEvent>(
    { type: "started" },
    { type: "resumed" },
    { type: "answered" },
    { type: "canceled" },
    { type: "retried" },
  ),
  anyStage.map((stage) => ({ type: "sent_back" as const, stage })),
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
const asking: RunState = { status: "paused", stage: "implement", reason: "approval" };
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
  [asking, { type: "answered" }, running],
  [paused, { type: "failed", code: "internal" }, failed],
  [paused, { type: "canceled" }, canceled],
  [paused, { type: "paused", reason: "person" }, { status: "paused", stage: "implement", reason: "person" }],
  [failed, { type: "retried" }, running],
  [failed, { type: "sent_back", stage: "batch" }, { status: "running", stage: "batch" }],
];

test.each(moves)("%j and %j make %j", (state, event, expected) => {
  expect(applyRunEvent(state, event)).toEqual(expected);
});

test("an event without a move in a state leaves that very state", () => {
  fc.assert(
    fc.property(anyState, anyEvent, (state, event) => {
      const isThere = event.type === "stage_entered" && currentStage(state) === event.stage;
      const isMove = moves.some(([from, by]) => from.status === state.status && by.type === event.type);
      const isHeld = state.status === "paused" && !isHeard(state, event);
      const hasMove = isMove && !isThere && !isHeld;

      expect(applyRunEvent(state, event) === state).toBe(!hasMove);
    }),
    { numRuns: 500 },
  );
});

/** Of all who pause a run that stands still only a person is heard, and once; an answer, only by a run that asked. */
function isHeard(state: Extract<RunState, { status: "paused" }>, event: RunEvent): boolean {
  if (event.type === "paused") return event.reason === "person" && state.reason !== "person";
  return event.type !== "answered" || state.reason === "approval";
}

test("no sequence of events leaves a terminal state, except a person's retry out of failed", () => {
  fc.assert(
    fc.property(anyState, fc.array(anyEvent, { maxLength: 40 }), (first, events) => {
      let state = first;
      for (const event of events) {
        const next = applyRunEvent(state, event);
        if (isTerminal(state)) expect(next).toEqual(retriedBy(state, event) ?? state);
        state = next;
      }
      expect(events.length).toBeLessThanOrEqual(40);
    }),
  );
});

function retriedBy(state: RunState, event: RunEvent): RunState | null {
  if (state.status !== "failed") return null;
  if (event.type === "retried") return { status: "running", stage: state.stage };
  return event.type === "sent_back" ? { status: "running", stage: event.stage } : null;
}

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

test.each(stages)("a run at %s is past building when it comes after implement", (stage) => {
  const isPast = ["validate", "deploy", "notify"].includes(stage);

  expect(isPastBuilding({ status: "running", stage })).toBe(isPast);
  expect(isPastBuilding({ status: "failed", stage, code: "internal" })).toBe(isPast);
  expect(isPastBuilding(queued)).toBe(false);
});

test("a stage is passed by a result that is no failure", () => {
  const result = { finishedAt: new Date(0), output: "" };
  const results = [
    makeStageResult({ ...result, stage: "decompose", status: "success" }),
    makeStageResult({ ...result, stage: "implement", status: "partial" }),
    makeStageResult({ ...result, stage: "validate", status: "failure" }),
  ];

  expect(stages.filter((stage) => hasPassed({ stageResults: results }, stage))).toEqual([
    "decompose",
    "implement",
  ]);
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
