import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleAttempt } from "../testing/building-samples.ts";
import {
  applyAttemptEvent,
  type AttemptEvent,
  type AttemptFailure,
  type AttemptState,
  triesUsed,
} from "./attempt.ts";
import { makeId } from "./ids.ts";

const submissionId = makeId("sub", "1");
const failureKinds = ["builder", "gate", "checks", "audit", "conflict"] as const;

function failure(overrides: Partial<AttemptFailure> = {}): AttemptFailure {
  return { kind: "checks", summary: "one test fails", details: ["adds: expected 3"], ...overrides };
}

const anyEvent: fc.Arbitrary<AttemptEvent> = fc.oneof(
  fc.constant({ type: "completed" as const, submissionId }),
  fc.constantFrom(...failureKinds).map((kind) => ({ type: "failed" as const, failure: failure({ kind }) })),
  fc.string().map((reason) => ({ type: "abandoned" as const, reason })),
  fc.constant({ type: "canceled" as const }),
);

test.each<[AttemptEvent, AttemptState]>([
  [
    { type: "completed", submissionId },
    { status: "completed", submissionId },
  ],
  [
    { type: "failed", failure: failure() },
    { status: "failed", failure: failure() },
  ],
  [
    { type: "abandoned", reason: "the worker died" },
    { status: "abandoned", reason: "the worker died" },
  ],
  [{ type: "canceled" }, { status: "canceled" }],
])("a running attempt can end as $type", (event, expected) => {
  expect(applyAttemptEvent({ status: "running" }, event)).toEqual(expected);
});

test.each(["gate", "checks", "audit", "conflict"] as const)(
  "what was handed in can be sent back by its judges: %s",
  (kind) => {
    const event = { type: "failed", failure: failure({ kind }) } as const;

    expect(applyAttemptEvent({ status: "completed", submissionId }, event)).toEqual({
      status: "failed",
      failure: failure({ kind }),
    });
  },
);

test.each<AttemptEvent>([
  { type: "failed", failure: failure({ kind: "builder" }) },
  { type: "completed", submissionId: makeId("sub", "2") },
  { type: "canceled" },
])("a handed-in attempt keeps its submission after: $type", (event) => {
  const state: AttemptState = { status: "completed", submissionId };

  expect(applyAttemptEvent(state, event)).toBe(state);
});

test("a handed-in attempt that its judges cannot finish is abandoned, not failed", () => {
  const event: AttemptEvent = { type: "abandoned", reason: "a fault of ours" };

  expect(applyAttemptEvent({ status: "completed", submissionId }, event)).toEqual({
    status: "abandoned",
    reason: "a fault of ours",
  });
});

test("no sequence of events changes an attempt that failed, was abandoned or canceled", () => {
  const settled = fc.constantFrom<AttemptState>(
    { status: "failed", failure: failure() },
    { status: "abandoned", reason: "the worker died" },
    { status: "canceled" },
  );

  fc.assert(
    fc.property(settled, fc.array(anyEvent), (state, events) => {
      expect(events.reduce(applyAttemptEvent, state)).toBe(state);
    }),
  );
});

test("only failed attempts of the same round use up tries", () => {
  const failed = { status: "failed", failure: failure() } as const;
  const attempts = [
    sampleAttempt({ round: 1, state: failed }),
    sampleAttempt({ round: 2, state: failed }),
    sampleAttempt({ round: 2, state: failed }),
    sampleAttempt({ round: 2, state: { status: "abandoned", reason: "the sandbox is away" } }),
    sampleAttempt({ round: 2, state: { status: "completed", submissionId } }),
    sampleAttempt({ round: 2, state: { status: "running" } }),
    sampleAttempt({ round: 2, state: { status: "canceled" } }),
  ];

  expect([1, 2, 3].map((round) => triesUsed(attempts, round))).toEqual([1, 2, 0]);
});
