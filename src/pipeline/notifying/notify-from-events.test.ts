import { expect, test } from "vitest";
import { eventTypes } from "../../domain/event.ts";
import type { NotificationKind } from "../../domain/notification.ts";
import { pauseReasons } from "../../domain/run.ts";
import { stages } from "../../domain/stage.ts";
import { describeRunState } from "../../domain/running/told-run-state.ts";
import { kindOf } from "./notify-from-events.ts";

test("only moments that need a person are worth a message", () => {
  const told = eventTypes.flatMap((type) => {
    const kind = kindOf({ type, to: null, details: {} });
    return kind === null ? [] : [[type, kind]];
  });

  expect(Object.fromEntries(told)).toEqual({
    "approval.requested": "needs_approval",
    "budget.warned": "budget_warned",
    "run.failed": "run_failed",
    "run.paused": "needs_you",
    "run.rolled_back": "run_rolled_back",
    "task.gave_up": "needs_you",
  });
});

const expected: Readonly<Record<(typeof pauseReasons)[number], NotificationKind | null>> = {
  person: null,
  approval: null,
  money: "budget_paused",
  timeout: "needs_you",
  needs_plan: "needs_you",
  provider: "needs_you",
};

test.each(pauseReasons.map((reason) => [reason, expected[reason]] as const))(
  "a pause for %s is told as %s, in whatever stage, and also when its event was stored before it had fields",
  (reason, kind) => {
    const kinds = stages.flatMap((stage) => {
      const state = { status: "paused", stage, reason } as const;
      return [
        kindOf({ type: "run.paused", to: null, details: { state } }),
        kindOf({ type: "run.paused", to: describeRunState(state), details: {} }),
      ];
    });

    expect(new Set(kinds)).toEqual(new Set([kind]));
  },
);

test("a pause is told by its fields: words that hold another reason mislead nobody", () => {
  const state = { status: "paused", stage: "implement", reason: "provider" } as const;

  expect(kindOf({ type: "run.paused", to: "no budget, no person, no approval", details: { state } })).toBe(
    "needs_you",
  );
});
