import { describe, expect, test } from "vitest";
import type {
  BatchProvider,
  BatchRequest,
  BatchResult,
  FindOutcome,
  LostSubmit,
  PreparedBatch,
  PrepareOutcome,
} from "../ports/batch-provider.ts";

export interface BatchProviderSubject extends AsyncDisposable {
  /** A client as a freshly started process has it: nothing in memory. */
  readonly connect: () => BatchProvider;
  /** Requests with the answers the provider gives to them; at least three. */
  readonly answered: readonly (BatchRequest & { readonly text: string })[];
  /** A request that brings no answer; it must not lose the others theirs. */
  readonly failing: BatchRequest;
  /** Makes the provider work on a batch until it is done. */
  readonly finish: (ref: string) => Promise<void>;
  /** Whether requests are uploaded before a batch is made of them. */
  readonly uploads: boolean;
  readonly now: () => Date;
  /** So much time passes that no list of the provider can be late any more. */
  readonly passGrace: () => Promise<void>;
  /** How many batches the provider holds, told by itself. */
  readonly countBatches: () => Promise<number>;
}

const key = "bat_1";
const longAgo = new Date(0);
const never = new AbortController().signal;

/** Asks for a lost submit until the provider can say. */
async function untilKnown(subject: BatchProviderSubject, lost: LostSubmit): Promise<FindOutcome> {
  const found = await subject.connect().find(lost);
  if (found.kind !== "unknown") return found;
  await subject.passGrace();
  return subject.connect().find(lost);
}

function asPrepared(outcome: PrepareOutcome): PreparedBatch {
  if (outcome.kind === "prepared") return outcome;
  throw new Error(outcome.message);
}

async function resultsOf(provider: BatchProvider, ref: string): Promise<readonly BatchResult[]> {
  const results: BatchResult[] = [];
  for await (const result of provider.results(ref)) results.push(result);
  return results.toSorted((one, other) => one.customId.localeCompare(other.customId));
}

/** Sends a batch as the pipeline does, and answers what the provider calls it. */
export async function submitTo(
  provider: BatchProvider,
  items: readonly BatchRequest[],
  submitKey: string,
): Promise<string> {
  const prepared = await provider.prepare(items, submitKey, never);
  if (prepared.kind === "refused") throw new Error(prepared.message);
  const outcome = await provider.submit(prepared, items, submitKey, never);
  if (outcome.kind === "refused") throw new Error(outcome.message);
  return outcome.ref;
}

/** A submit of which nothing is known but its key. */
export function lostSubmit(submitKey: string, known: Partial<LostSubmit> = {}): LostSubmit {
  return { submitKey, uploadRef: null, since: longAgo, customIds: [], knownRefs: [], ...known };
}

/** What every batch provider promises. The pipeline builds its "never sent twice" on exactly this. */
export function describeBatchProvider(name: string, open: () => Promise<BatchProviderSubject>): void {
  function submitted(subject: BatchProviderSubject, items: readonly BatchRequest[]): Promise<string> {
    return submitTo(subject.connect(), items, key);
  }

  /** What is looked for after the answer to a submit was lost. */
  function lost(subject: BatchProviderSubject, submitKey: string, prepared: PrepareOutcome): LostSubmit {
    const uploadRef = prepared.kind === "prepared" ? prepared.uploadRef : null;
    const customIds = subject.answered.map(({ customId }) => customId);
    return lostSubmit(submitKey, { uploadRef, customIds, since: subject.now() });
  }

  describe(`${name} as a batch provider`, () => {
    test("preparing creates no batch, however often it is done", async () => {
      await using subject = await open();

      const first = await subject.connect().prepare(subject.answered, key, never);
      await subject.connect().prepare(subject.answered, key, never);

      expect(await untilKnown(subject, lost(subject, key, first))).toEqual({ kind: "absent" });
      expect(await subject.countBatches()).toBe(0);
    });

    test("one submit creates one batch", async () => {
      await using subject = await open();

      await submitted(subject, subject.answered);

      expect(await subject.countBatches()).toBe(1);
    });

    test("a submit whose answer was lost is found by another process", async () => {
      await using subject = await open();
      const prepared = await subject.connect().prepare(subject.answered, key, never);
      const since = lost(subject, key, prepared);
      const outcome = await subject.connect().submit(asPrepared(prepared), subject.answered, key, never);

      // Some show only in the results for whom they are.
      if ((await untilKnown(subject, since)).kind === "unknown" && outcome.kind === "created")
        await subject.finish(outcome.ref);
      const found = await untilKnown(subject, since);

      expect([found.kind, outcome.kind]).toEqual(["found", "created"]);
      expect({ ...found, kind: "created" }).toEqual(outcome);
    });

    test("a submit that was never made is proven absent, even beside others", async () => {
      await using subject = await open();
      const ref = await submitted(subject, subject.answered);
      const other = await subject.connect().prepare(subject.answered, "bat_2", never);

      const found = await untilKnown(subject, { ...lost(subject, "bat_2", other), knownRefs: [ref] });

      expect(found).toEqual({ kind: "absent" });
    });

    test("an aborted submit creates nothing", async () => {
      await using subject = await open();
      const prepared = await subject.connect().prepare(subject.answered, key, never);

      const submit = subject
        .connect()
        .submit(asPrepared(prepared), subject.answered, key, AbortSignal.abort());

      await expect(submit).rejects.toThrow(/abort/iu);

      expect(await subject.countBatches()).toBe(0);
    });

    test("a batch of an upload that does not exist is refused and creates nothing", async (context) => {
      await using subject = await open();
      context.skip(!subject.uploads, "this provider takes requests along with the submit");

      const outcome = await subject.connect().submit({ uploadRef: "nowhere" }, subject.answered, key, never);

      expect(outcome.kind).toBe("refused");
      expect(await subject.countBatches()).toBe(0);
    });

    test("a batch is pending, then completed, and stays so", async () => {
      await using subject = await open();
      const ref = await submitted(subject, subject.answered);

      expect(await subject.connect().poll({ ref, since: subject.now() })).toMatchObject({
        kind: "pending",
        total: subject.answered.length,
      });
      await subject.finish(ref);

      expect(await subject.connect().poll({ ref, since: subject.now() })).toEqual({ kind: "completed" });
      expect(await subject.connect().poll({ ref, since: subject.now() })).toEqual({ kind: "completed" });
    });

    test("every item comes back once, and one that failed loses none of the others", async () => {
      await using subject = await open();
      const ref = await submitted(subject, [subject.failing, ...subject.answered]);
      await subject.finish(ref);

      const results = await resultsOf(subject.connect(), ref);

      const answers = results.filter((result) => result.customId !== subject.failing.customId);
      expect(
        answers.map(({ customId, outcome }) => [customId, outcome.kind === "answered" && outcome.reply.text]),
      ).toEqual(
        subject.answered
          .map(({ customId, text }) => [customId, text])
          .toSorted(([one = ""], [other = ""]) => one.localeCompare(other)),
      );
      expect(results.length - answers.length).toBe(1);
      expect(results.find((result) => result.customId === subject.failing.customId)?.outcome.kind).toBe(
        "failed",
      );
      expect(await resultsOf(subject.connect(), ref)).toEqual(results);
    });

    test("a canceled batch is not pending any more, and canceling it again is no fault", async () => {
      await using subject = await open();
      const ref = await submitted(subject, subject.answered);

      await subject.connect().cancel(ref);
      await subject.connect().cancel(ref);

      expect((await subject.connect().poll({ ref, since: subject.now() })).kind).not.toBe("pending");
      expect(await subject.countBatches()).toBe(1);
    });

    test("canceling what is completed takes nothing away", async () => {
      await using subject = await open();
      const ref = await submitted(subject, subject.answered);
      await subject.finish(ref);

      await subject.connect().cancel(ref);

      expect(await subject.connect().poll({ ref, since: subject.now() })).toEqual({ kind: "completed" });
      expect(await resultsOf(subject.connect(), ref)).toHaveLength(subject.answered.length);
    });

    test("calling off what the provider does not know is no fault", async () => {
      await using subject = await open();

      await expect(subject.connect().cancel("batch_nowhere")).resolves.toBeUndefined();
    });

    test("a batch that does not exist is lost once the provider cannot be only late, and not before", async () => {
      await using subject = await open();
      const nowhere = { ref: "batch_nowhere", since: subject.now() };

      expect((await subject.connect().poll(nowhere)).kind).toMatch(/^(?:pending|lost)$/u);
      await subject.passGrace();
      expect(await subject.connect().poll(nowhere)).toEqual({ kind: "lost" });
    });
  });
}
