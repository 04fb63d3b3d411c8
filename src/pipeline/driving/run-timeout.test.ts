import { expect, test } from "vitest";
import type { Event, EventType } from "../../domain/event.ts";
import type { Database } from "../../ports/database.ts";
import { sampleEvent, samplePolicy, sampleRun, sampleTime } from "../../testing/samples.ts";
import { isPastTimeout } from "./run-timeout.ts";

const policy = samplePolicy({ runTimeoutMs: 60 * 60_000 });

/** A run of one hour that began at minute 0, the events of its log, and the minute it is now. */
function ask(minute: number, events: readonly (readonly [EventType, number])[] = []): Promise<boolean> {
  const log = events.map(([type, at], index): Event => ({
    ...sampleEvent({ type, at: sampleTime(at) }),
    seq: index + 1,
  }));
  const db = { events: { listOfRun: async () => log } } as unknown as Database;
  return isPastTimeout(
    { db, clock: { now: () => sampleTime(minute) } },
    sampleRun({ policy, startedAt: sampleTime() }),
  );
}

test.each<[string, number, readonly (readonly [EventType, number])[], boolean]>([
  ["a run within its time", 60, [["run.started", 0]], false],
  ["a run one minute over it", 61, [["run.started", 0]], true],
  [
    "a run that was resumed since",
    90,
    [
      ["run.started", 0],
      ["run.paused", 20],
      ["run.resumed", 40],
    ],
    false,
  ],
  [
    "a run that was resumed too long ago",
    101,
    [
      ["run.started", 0],
      ["run.resumed", 40],
    ],
    true,
  ],
  [
    "a run that was retried",
    90,
    [
      ["run.started", 0],
      ["run.failed", 20],
      ["run.retried", 80],
    ],
    false,
  ],
  [
    "a run in which other things happened since",
    90,
    [
      ["run.started", 0],
      ["task.collected", 85],
    ],
    true,
  ],
  ["a run whose log says nothing of its start", 61, [], true],
])("%s", async (_name, minute, events, expected) => {
  expect(await ask(minute, events)).toBe(expected);
});

test("a run that never started has all its time", async () => {
  const db = { events: { listOfRun: () => Promise.reject(new Error("nobody asks")) } } as unknown as Database;

  expect(await isPastTimeout({ db, clock: { now: () => sampleTime(9_999) } }, sampleRun({ policy }))).toBe(
    false,
  );
});
