import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleTime } from "../testing/samples.ts";
import { applyBatchEvent, type BatchEvent, type BatchState, isBatchSettled } from "./batch.ts";

const since = sampleTime(1);
const providerRef = "batch_abc";

const intended: BatchState = { status: "intended" };
const uploading: BatchState = { status: "uploading" };
const submitting: BatchState = { status: "submitting", uploadRef: "file_1", since };
const reconciling: BatchState = { status: "reconciling", uploadRef: "file_1", since };
const submitted: BatchState = { status: "submitted", providerRef, since };
const completed: BatchState = { status: "completed", providerRef };
const failed: BatchState = { status: "failed", trouble: "busy", reason: "refused", since };
const expired: BatchState = { status: "expired", providerRef };
const canceled: BatchState = { status: "canceled" };
const settled = [completed, failed, expired, canceled];
const everyState = [intended, uploading, submitting, reconciling, submitted, ...settled];

const uploadStarted: BatchEvent = { type: "upload_started" };
const submitStarted: BatchEvent = { type: "submit_started", uploadRef: "file_1", at: since };
const answerLost: BatchEvent = { type: "answer_lost" };
const notAsked: BatchEvent = { type: "not_asked", since };
const provedAbsent: BatchEvent = { type: "proved_absent" };
const withdrawn: BatchEvent = { type: "withdrawn" };
const gotAnswer: BatchEvent = { type: "submitted", providerRef, at: since };
const gotResults: BatchEvent = { type: "completed" };
const why = { trouble: "busy", reason: "refused", at: since } as const;
const uploadRefused: BatchEvent = { type: "refused", since: null, ...why };
const submitRefused: BatchEvent = { type: "refused", since, ...why };
const wentWrong: BatchEvent = { type: "failed", ...why };
const ranOut: BatchEvent = { type: "expired" };
const wasCanceled: BatchEvent = { type: "canceled" };
const everyEvent = [
  uploadStarted,
  submitStarted,
  answerLost,
  notAsked,
  provedAbsent,
  withdrawn,
  gotAnswer,
  gotResults,
  uploadRefused,
  submitRefused,
  wentWrong,
  ranOut,
  wasCanceled,
];

const moves: readonly (readonly [BatchState, BatchEvent, BatchState])[] = [
  [intended, uploadStarted, uploading],
  [intended, withdrawn, canceled],
  [intended, uploadRefused, failed],
  [uploading, submitStarted, submitting],
  [uploading, withdrawn, canceled],
  [uploading, uploadRefused, failed],
  [submitting, answerLost, reconciling],
  [submitting, notAsked, uploading],
  [submitting, gotAnswer, submitted],
  [submitting, submitRefused, failed],
  [reconciling, provedAbsent, uploading],
  [reconciling, gotAnswer, submitted],
  [submitted, gotResults, completed],
  [submitted, wentWrong, failed],
  [submitted, ranOut, expired],
  [submitted, wasCanceled, canceled],
];

test.each(moves)("%j and %j make %j", (state, event, expected) => {
  expect(applyBatchEvent(state, event)).toEqual(expected);
});

test("every other event leaves that very state", () => {
  const pairs = everyState.flatMap((state) => everyEvent.map((event) => [state, event] as const));

  expect(pairs.filter(([state, event]) => applyBatchEvent(state, event) !== state)).toEqual(
    moves.map(([state, event]) => [state, event]),
  );
});

test("completed, failed, expired and canceled are settled, and nothing else", () => {
  expect(everyState.filter(isBatchSettled)).toEqual(settled);
});

test("a batch is sent a second time only after it was proved that the first was not sent or created nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...everyEvent.slice(0, 5)), { maxLength: 60 }), (events) => {
      let state: BatchState = intended;
      let mayHaveCreated = false;
      for (const event of events) {
        const next = applyBatchEvent(state, event);
        if (state.status === "uploading" && next.status === "submitting") {
          expect(mayHaveCreated).toBe(false);
          mayHaveCreated = true;
        }
        const isProof = event.type === "proved_absent" || event.type === "not_asked";
        if (isProof && next !== state) mayHaveCreated = false;
        state = next;
      }
    }),
    { numRuns: 300 },
  );
});

test.each([notAsked, submitRefused])(
  "who comes back late with $type says nothing about what somebody else sends meanwhile",
  (late) => {
    const theirs: BatchState = { ...submitting, since: sampleTime(2) };

    expect(applyBatchEvent(theirs, late)).toBe(theirs);
  },
);

test("what may have been sent is over only by the refusal of that very submit, or once its batch is known", () => {
  const sending = fc.constantFrom(submitting, reconciling);
  fc.assert(
    fc.property(sending, fc.array(fc.constantFrom(...everyEvent)), (start, events) => {
      const states: BatchState[] = [start];
      for (const event of events) states.push(applyBatchEvent(states.at(-1) ?? start, event));
      const end = states.findIndex(isBatchSettled);
      const before = states[end - 1]?.status;

      if (before === "submitting") expect(events[end - 1]).toBe(submitRefused);
      else if (before === "uploading") expect([uploadRefused, withdrawn]).toContain(events[end - 1]);
      else expect([undefined, "submitted"]).toContain(before);
    }),
  );
});

test("after that proof it can be sent again", () => {
  const at = new Date(0);
  const events: readonly BatchEvent[] = [
    { type: "upload_started" },
    { type: "submit_started", uploadRef: null, at },
    { type: "answer_lost" },
    { type: "proved_absent" },
    { type: "submit_started", uploadRef: null, at },
  ];

  expect(events.reduce(applyBatchEvent, intended).status).toBe("submitting");
});

test("once the provider gave its name for a batch, no event changes that name", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...everyEvent)), (events) => {
      const others = events.map((event) =>
        event.type === "submitted" ? { ...event, providerRef: "batch_other" } : event,
      );
      const last = others.reduce(applyBatchEvent, submitted);

      expect("providerRef" in last ? last.providerRef : providerRef).toBe(providerRef);
    }),
  );
});
