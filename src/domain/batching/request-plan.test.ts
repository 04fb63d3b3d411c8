import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleTime } from "../../testing/samples.ts";
import { type BatchTrouble, batchTroubles } from "./batch-trouble.ts";
import { outcomeStatuses, type OutcomeStatus } from "./request-outcome.ts";
import { nextRequestStep, type RequestStep, type RequestTry } from "./request-plan.ts";

const endedAt = sampleTime(0);
const unbounded = Number.MAX_SAFE_INTEGER;
const send = { kind: "send", notBefore: null, batchSize: unbounded, roomFactor: 1 } as const;
const alone = { kind: "ask_alone", roomFactor: 1 } as const;

function batchTry(given: Partial<Extract<RequestTry, { kind: "batch" }>> = {}): RequestTry {
  return { kind: "batch", status: "not_run", trouble: null, size: 8, endedAt, ...given };
}

function aloneTry(status: OutcomeStatus): RequestTry {
  return { kind: "alone", status };
}

test.each<[string, readonly RequestTry[], RequestStep]>([
  ["never asked", [], send],
  ["on its way", [{ kind: "open" }], { kind: "waiting" }],
  ["answered", [batchTry({ status: "ok" })], { kind: "answered" }],
  ["answered alone", [batchTry({ status: "missing" }), aloneTry("ok")], { kind: "answered" }],
  ["missing", [batchTry({ status: "missing" })], send],
  ["missing three times", Array(3).fill(batchTry({ status: "missing" })), alone],
  ["expired", [batchTry({ status: "expired" })], alone],
  ["canceled", [batchTry({ status: "canceled" })], alone],
  ["wrong", [batchTry({ status: "invalid_request" })], { kind: "given_up", status: "invalid_request" }],
  ["filtered", [batchTry({ status: "filtered" })], { kind: "given_up", status: "filtered" }],
  ["cut off", [batchTry({ status: "truncated" })], { ...send, roomFactor: 2 }],
  ["cut off twice", Array(2).fill(batchTry({ status: "truncated" })), { ...alone, roomFactor: 4 }],
  ["cut off alone too", [aloneTry("truncated")], { kind: "given_up", status: "truncated" }],
  ["unreadable", [batchTry({ status: "unreadable" })], alone],
  ["unreadable alone too", [aloneTry("unreadable")], { kind: "given_up", status: "unreadable" }],
  ["in a batch too large", [batchTry({ trouble: "too_large" })], { ...send, batchSize: 4 }],
  [
    "too large alone",
    [batchTry({ trouble: "too_large", size: 1 })],
    { kind: "given_up", status: "invalid_request" },
  ],
  ["where there are no batches", [batchTry({ trouble: "no_batches" })], alone],
  ["where money was missing", [batchTry({ trouble: "unpaid" })], send],
  ["what was not sent because its run failed", [batchTry({ trouble: "withdrawn" })], send],
  ["in a lost upload", [batchTry({ trouble: "upload_lost" })], send],
  ["in two lost uploads", Array(2).fill(batchTry({ trouble: "upload_lost" })), alone],
  [
    "in a batch whose answers are gone",
    [batchTry({ trouble: "archived", status: "missing" })],
    { kind: "given_up", status: "missing" },
  ],
])("a request that was %s", (_, tries, expected) => {
  expect(nextRequestStep(tries)).toEqual(expected);
});

test("where too much is waiting it is sent later, then in smaller batches, then without one", () => {
  const busy = batchTry({ trouble: "busy" });
  const small = batchTry({ trouble: "busy", size: 1 });
  const after = (tries: readonly RequestTry[]): unknown => {
    const step = nextRequestStep(tries);
    if (step.kind !== "send") return step.kind;
    return [(step.notBefore?.getTime() ?? 0) - endedAt.getTime(), step.batchSize];
  };

  expect([1, 2, 3, 4, 5, 6].map((times) => after(Array(times).fill(busy)))).toEqual([
    [60_000, unbounded],
    [300_000, unbounded],
    [900_000, unbounded],
    [900_000, 4],
    [900_000, 4],
    "ask_alone",
  ]);
  expect(after(Array(4).fill(small))).toBe("ask_alone");
});

test("whatever happens, asking comes to an end, but for what a person saw to before it is asked again", () => {
  const seenTo: readonly BatchTrouble[] = ["unpaid", "withdrawn"];
  const anyTry = fc.oneof(
    fc.constantFrom(...outcomeStatuses).map((status) => batchTry({ status })),
    fc
      .constantFrom(...batchTroubles.filter((trouble) => !seenTo.includes(trouble)))
      .map((trouble) => batchTry({ trouble })),
    fc.constantFrom(...outcomeStatuses).map(aloneTry),
  );
  fc.assert(
    fc.property(fc.array(anyTry, { minLength: 40, maxLength: 40 }), (fates) => {
      const tries: RequestTry[] = [];
      const isOver = (): boolean => ["answered", "given_up"].includes(nextRequestStep(tries).kind);
      for (const fate of fates) {
        if (isOver()) break;
        const isAlone = nextRequestStep(tries).kind === "ask_alone";
        tries.push(isAlone && fate.kind !== "alone" ? aloneTry("unreadable") : fate);
      }

      expect(isOver()).toBe(true);
      expect(tries.length).toBeLessThan(40);
    }),
  );
});

test("along any way of asking the room never shrinks and the batches never grow", () => {
  const anyTry = fc.oneof(
    fc
      .record({ status: fc.constantFrom(...outcomeStatuses), size: fc.integer({ min: 1, max: 40 }) })
      .map(batchTry),
    fc
      .record({ trouble: fc.constantFrom(...batchTroubles), size: fc.integer({ min: 1, max: 40 }) })
      .map(batchTry),
    fc.constantFrom(...outcomeStatuses).map(aloneTry),
  );
  fc.assert(
    fc.property(fc.array(anyTry, { minLength: 1, maxLength: 12 }), (tries) => {
      const steps = tries.map((_, index) => nextRequestStep(tries.slice(0, index + 1)));
      const rooms = steps.flatMap((each) => ("roomFactor" in each ? [each.roomFactor] : []));
      const sizes = steps.flatMap((each) => (each.kind === "send" ? [each.batchSize] : []));

      expect(rooms).toEqual(rooms.toSorted((one, other) => one - other));
      expect(sizes).toEqual(sizes.toSorted((one, other) => other - one));
    }),
  );
});

test("what was cut off and then found the provider busy is sent with the room it needs", () => {
  const tries = [batchTry({ status: "truncated" }), batchTry({ trouble: "busy" })];

  expect(nextRequestStep(tries)).toMatchObject({ kind: "send", roomFactor: 2 });
});

test("what was too large and then found the provider busy is not sent whole again", () => {
  const tries = [batchTry({ trouble: "too_large" }), batchTry({ trouble: "busy", size: 4 })];

  expect(nextRequestStep(tries)).toMatchObject({ kind: "send", batchSize: 4 });
});
