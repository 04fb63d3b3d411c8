import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleApproval } from "../testing/delivery-samples.ts";
import { sampleSha, sampleTime } from "../testing/samples.ts";
import {
  applyApprovalEvent,
  type ApprovalEvent,
  type ApprovalState,
  approveCommand,
  canDecide,
  guardedChangeSubject,
  landingSubject,
  taskAskedAbout,
} from "./approval.ts";
import { makeId, shortSha, toSha, toTaskKey } from "./ids.ts";

const sha = sampleSha(2);
const at = sampleTime(20);
const by = "person:ada";

const approved: ApprovalState = { status: "approved", by, at };
const rejected: ApprovalState = { status: "rejected", by, at, reason: "not now" };
const timedOut: ApprovalState = { status: "timed_out", at };
const voided: ApprovalState = { status: "voided", at };

const yes: ApprovalEvent = { type: "approved", by, sha, at };
const no: ApprovalEvent = { type: "rejected", by, reason: "not now", at };
const late: ApprovalEvent = { type: "timed_out", at };
const moved: ApprovalEvent = { type: "voided", at };

const anyEvent = fc.constantFrom<ApprovalEvent>(yes, { ...yes, sha: sampleSha(3) }, no, late, moved);

function decide(state: ApprovalState, event: ApprovalEvent): ApprovalState {
  return applyApprovalEvent(sampleApproval({ sha, state }), event);
}

test.each<[string, ApprovalEvent, ApprovalState]>([
  ["a yes", yes, approved],
  ["a no", no, rejected],
  ["nobody in time", late, timedOut],
  ["another commit", moved, voided],
])("a question can end with %s", (_name, event, expected) => {
  expect(decide({ status: "pending" }, event)).toEqual(expected);
});

test("a yes to another commit changes nothing", () => {
  const pending: ApprovalState = { status: "pending" };

  expect(decide(pending, { ...yes, sha: sampleSha(3) })).toBe(pending);
});

test("a yes is void once the commit moved", () => {
  expect(decide(approved, { type: "voided", at: sampleTime(30) })).toEqual({
    status: "voided",
    at: sampleTime(30),
  });
});

test.each([rejected, timedOut, voided])("what was denied stays denied: %j", (state) => {
  fc.assert(
    fc.property(fc.array(anyEvent), (events) => {
      expect(events.reduce(decide, state)).toBe(state);
    }),
  );
});

test("a yes is only ever left by being voided, and nothing else becomes a yes", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { minLength: 1 }), (events) => {
      const last = events.reduce<ApprovalState>(decide, { status: "pending" });
      const first = events.find((event) => event.type !== "approved" || event.sha === sha);
      const isVoided = events.some((event) => event.type === "voided");

      expect(last.status === "approved").toBe(first === yes && !isVoided);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["person:ada", true],
  ["person:", false],
  ["person: ", false],
  ["agent:codex", false],
  ["worker:1", false],
  ["xperson:ada", false],
  ["Person:ada", false],
  ["", false],
])("%j may decide: %s", (actor, expected) => {
  expect(canDecide(actor)).toBe(expected);
});

test("a question about a task's guarded files names the task, a question about a landing names none", () => {
  const key = toTaskKey("AAS-7");
  const landing = landingSubject(makeId("int", "1"));

  expect([landing, guardedChangeSubject(key)]).toEqual(["merge int_1", "task AAS-7"]);
  expect(taskAskedAbout({ subject: guardedChangeSubject(key) })).toBe(key);
  expect(taskAskedAbout({ subject: landing })).toBeNull();
});

test("landings of two entries are asked about apart", () => {
  expect(landingSubject(makeId("int", "1"))).not.toBe(landingSubject(makeId("int", "2")));
});

test("the command that says yes names the run and the commit", () => {
  const read = toSha("0123456789".repeat(4));

  expect(approveCommand({ runId: makeId("run", "1"), sha: read })).toBe(
    `aas automate approve run_1 ${shortSha(read)}`,
  );
});
