import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleSha } from "../testing/samples.ts";
import { makeId } from "./ids.ts";
import { applyRollbackEvent, type RollbackEvent, type RollbackState } from "./rollback.ts";

const integrationId = makeId("int", "1");
const revertSha = sampleSha(6);

const requested: RollbackState = { status: "requested" };
const reverting: RollbackState = { status: "reverting", integrationId };
const completed: RollbackState = { status: "completed", revertSha };
const failed: RollbackState = { status: "failed", reason: "conflict: src/todo.ts" };

const queued: RollbackEvent = { type: "queued", integrationId };
const landed: RollbackEvent = { type: "landed", revertSha };
const refused: RollbackEvent = { type: "failed", reason: "conflict: src/todo.ts" };

test.each<[RollbackState, RollbackEvent, RollbackState]>([
  [requested, queued, reverting],
  [requested, landed, completed],
  [requested, refused, failed],
  [reverting, landed, completed],
  [reverting, refused, failed],
])("%j and %j make %j", (state, event, expected) => {
  expect(applyRollbackEvent(state, event)).toEqual(expected);
});

test("a rollback follows the entry that was queued first", () => {
  expect(applyRollbackEvent(reverting, { type: "queued", integrationId: makeId("int", "2") })).toBe(
    reverting,
  );
});

test.each([completed, failed])("no sequence of events changes what is settled: %j", (state) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(queued, landed, refused)), (events) => {
      expect(events.reduce(applyRollbackEvent, state)).toBe(state);
    }),
  );
});
