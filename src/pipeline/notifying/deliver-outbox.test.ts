import { expect, test } from "vitest";
import { sampleNotification } from "../../testing/delivery-samples.ts";
import { sampleTime } from "../../testing/samples.ts";
import { settlementOf } from "./deliver-outbox.ts";

const now = sampleTime(30);
const away = { kind: "failed", reason: "503", isPermanent: false } as const;

test("what was delivered is completed", () => {
  expect(settlementOf(sampleNotification({ attempts: 2 }), { kind: "delivered" }, now)).toEqual({
    state: { status: "completed" },
    attempts: 3,
    nextAttemptAt: now,
  });
});

test.each([
  [0, 2],
  [1, 4],
  [6, 128],
  [14, 3_600],
])("after %s failures the next one is followed by %s seconds", (attempts, seconds) => {
  expect(settlementOf(sampleNotification({ attempts }), away, now)).toEqual({
    state: { status: "pending" },
    attempts: attempts + 1,
    nextAttemptAt: new Date(now.getTime() + seconds * 1_000),
  });
});

test("a permanent failure is not tried again, and its reason is kept", () => {
  expect(
    settlementOf(sampleNotification(), { ...away, reason: "no such channel", isPermanent: true }, now),
  ).toEqual({
    state: { status: "failed", reason: "no such channel" },
    attempts: 1,
    nextAttemptAt: now,
  });
});

test("whatever keeps failing is given up", () => {
  expect(settlementOf(sampleNotification({ attempts: 15 }), away, now)).toEqual({
    state: { status: "failed", reason: "503" },
    attempts: 16,
    nextAttemptAt: now,
  });
});
