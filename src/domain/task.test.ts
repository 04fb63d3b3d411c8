import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleSha } from "../testing/samples.ts";
import { makeId } from "./ids.ts";
import {
  applyTaskEvent,
  boardStatusOf,
  type BoardStatus,
  isCollected,
  isOpen,
  type TaskEvent,
  type TaskState,
} from "./task.ts";

const submissionId = makeId("sub", "1");
const sha = sampleSha(1);
const commit = sampleSha(2);

const queued: TaskState = { status: "queued" };
const active: TaskState = { status: "active" };
const collected: TaskState = { status: "collected", submissionId, sha };
const done: TaskState = { status: "done", commit };
const needsReview: TaskState = { status: "needs_review", reason: "three attempts failed" };
const canceled: TaskState = { status: "canceled" };
const everyState: readonly TaskState[] = [queued, active, collected, done, needsReview, canceled];

const gaveUp: TaskEvent = { type: "gave_up", reason: "three attempts failed" };
const uncollected: TaskEvent = { type: "uncollected", reason: "its branch is gone" };
const everyEvent: readonly TaskEvent[] = [
  { type: "activated" },
  { type: "requeued" },
  { type: "collected", submissionId, sha },
  { type: "landed", commit },
  gaveUp,
  { type: "retried" },
  { type: "reopened" },
  uncollected,
  { type: "rolled_back" },
  { type: "canceled" },
];
const anyEvent = fc.constantFrom(...everyEvent);

const moves: readonly (readonly [TaskState, TaskEvent, TaskState])[] = [
  [queued, { type: "activated" }, active],
  [queued, gaveUp, needsReview],
  [queued, { type: "canceled" }, canceled],
  [active, { type: "requeued" }, queued],
  [active, { type: "collected", submissionId, sha }, collected],
  [active, gaveUp, needsReview],
  [active, { type: "canceled" }, canceled],
  [collected, { type: "landed", commit }, done],
  [collected, { type: "reopened" }, queued],
  [collected, uncollected, queued],
  [collected, { type: "canceled" }, canceled],
  [done, { type: "rolled_back" }, { status: "needs_review", reason: "rolled back" }],
  [needsReview, { type: "retried" }, queued],
  [needsReview, { type: "canceled" }, canceled],
  [canceled, { type: "landed", commit }, done],
];

test.each(moves)("%j and %j make %j", (state, event, expected) => {
  expect(applyTaskEvent(state, event)).toEqual(expected);
});

test("every other event leaves that very state, so that nothing is written for it", () => {
  const pairs = everyState.flatMap((state) => everyEvent.map((event) => [state, event] as const));
  const moved = pairs.filter(([state, event]) => applyTaskEvent(state, event) !== state);

  expect(moved).toEqual(moves.map(([state, event]) => [state, event]));
});

test("done comes only by a commit that landed, of work that was collected or given up while it did", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
      let state: TaskState = queued;
      const path: TaskState["status"][] = [];
      for (const event of events) {
        path.push(state.status);
        const next = applyTaskEvent(state, event);
        if (next.status === "done" && state.status !== "done")
          expect(["collected landed", "canceled landed"]).toContain(`${state.status} ${event.type}`);
        state = next;
      }
      expect(path).toHaveLength(events.length);
    }),
    { numRuns: 300 },
  );
});

test("a canceled task leaves only by its landing, and a done one only by a rollback", () => {
  fc.assert(
    fc.property(fc.array(anyEvent), (events) => {
      const quiet = events.filter((event) => event.type !== "rolled_back");

      const unlanded = events.filter((event) => event.type !== "landed");
      expect(unlanded.reduce(applyTaskEvent, canceled)).toBe(canceled);
      expect(quiet.reduce(applyTaskEvent, done)).toBe(done);
    }),
  );
});

test("what others build upon is collected or done work", () => {
  expect(everyState.filter(isCollected)).toEqual([collected, done]);
});

test.each<[TaskState, boolean, BoardStatus]>([
  [queued, false, "Queued"],
  [queued, true, "Blocked"],
  [active, false, "In Progress"],
  [active, true, "In Progress"],
  [collected, false, "In Progress"],
  [done, false, "Done"],
  [done, true, "Done"],
  [needsReview, true, "Needs Review"],
  [canceled, true, "Canceled"],
])("%j, blocked %s, stands on the board as %s", (state, isBlocked, expected) => {
  expect(boardStatusOf(state, isBlocked)).toBe(expected);
});

test("queued, active and collected tasks are open, all others are not", () => {
  const open = everyState.filter(isOpen).map((state) => state.status);

  expect(open).toEqual(["queued", "active", "collected"]);
});
