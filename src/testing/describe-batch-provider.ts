import { describe, expect, test } from "vitest";
import type { BatchProvider, BatchRequest, BatchResult } from "../ports/batch-provider.ts";

export interface BatchProviderSubject extends AsyncDisposable {
  /** A client as a freshly started process has it: nothing in memory. */
  readonly connect: () => BatchProvider;
  /** Requests with the answers the provider gives to them; at least three. */
  readonly answered: readonly (BatchRequest & { readonly text: string })[];
  /** A request that brings no answer; it must not lose the others theirs. */
  readonly failing: BatchRequest;
  /** Makes the provider work on a batch until it is done. */
  readonly finish: (ref: string) => Promise<void>;
  /** How many batches the provider holds, told by itself. */
  readonly countBatches: () => Promise<number>;
}

const key = "bat_1";
const longAgo = new Date(0);

async function resultsOf(provider: BatchProvider, ref: string): Promise<readonly BatchResult[]> {
  const results: BatchResult[] = [];
  for await (const result of provider.results(ref)) results.push(result);
  return results.toSorted((one, other) => one.customId.localeCompare(other.customId));
}

/** What every batch provider promises. The pipeline builds its "never sent twice" on exactly this. */
export function describeBatchProvider(name: string, open: () => Promise<BatchProviderSubject>): void {
  const never = new AbortController().signal;

  async function submitted(subject: BatchProviderSubject, items: readonly BatchRequest[]): Promise<string> {
    const provider = subject.connect();
    const outcome = await provider.submit(await provider.prepare(items, key, never), key, never);
    if (outcome.kind === "refused") throw new Error(outcome.reason);
    return outcome.ref;
  }

  describe(`${name} as a batch provider`, () => {
    test("preparing creates no batch, however often it is done", async () => {
      await using subject = await open();

      const first = await subject.connect().prepare(subject.answered, key, never);
      await subject.connect().prepare(subject.answered, key, never);

      expect(await subject.connect().find(first, key, longAgo)).toEqual({ kind: "absent" });
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
      const outcome = await subject.connect().submit(prepared, key, never);
      if (outcome.kind === "refused") throw new Error(outcome.reason);

      const found = await subject.connect().find(prepared, key, longAgo);

      expect(found).toEqual({ kind: "found", ref: outcome.ref });
    });

    test("a submit that was never made is proven absent, even beside others", async () => {
      await using subject = await open();
      await submitted(subject, subject.answered);
      const other = await subject.connect().prepare(subject.answered, "bat_2", never);

      expect(await subject.connect().find(other, "bat_2", longAgo)).toEqual({ kind: "absent" });
    });

    test("an aborted submit creates nothing", async () => {
      await using subject = await open();
      const prepared = await subject.connect().prepare(subject.answered, key, never);

      await expect(subject.connect().submit(prepared, key, AbortSignal.abort())).rejects.toThrow(/abort/iu);

      expect(await subject.countBatches()).toBe(0);
    });

    test("a batch of an upload that does not exist is refused and creates nothing", async () => {
      await using subject = await open();

      const outcome = await subject.connect().submit({ uploadRef: "nowhere" }, key, never);

      expect(outcome.kind).toBe("refused");
      expect(await subject.countBatches()).toBe(0);
    });

    test("a batch is pending, then completed, and stays so", async () => {
      await using subject = await open();
      const ref = await submitted(subject, subject.answered);

      expect(await subject.connect().poll(ref)).toMatchObject({
        kind: "pending",
        total: subject.answered.length,
      });
      await subject.finish(ref);

      expect(await subject.connect().poll(ref)).toEqual({ kind: "completed" });
      expect(await subject.connect().poll(ref)).toEqual({ kind: "completed" });
    });

    test("every item comes back once, and one that failed loses none of the others", async () => {
      await using subject = await open();
      const ref = await submitted(subject, [subject.failing, ...subject.answered]);
      await subject.finish(ref);

      const results = await resultsOf(subject.connect(), ref);

      const answers = results.filter((result) => result.customId !== subject.failing.customId);
      expect(
        answers.map(({ customId, outcome }) => [customId, outcome.kind === "answered" && outcome.text]),
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

      expect((await subject.connect().poll(ref)).kind).not.toBe("pending");
      expect(await subject.countBatches()).toBe(1);
    });

    test("canceling what is completed takes nothing away", async () => {
      await using subject = await open();
      const ref = await submitted(subject, subject.answered);
      await subject.finish(ref);

      await subject.connect().cancel(ref);

      expect(await subject.connect().poll(ref)).toEqual({ kind: "completed" });
      expect(await resultsOf(subject.connect(), ref)).toHaveLength(subject.answered.length);
    });

    test("a batch that does not exist is an error, not an empty batch", async () => {
      await using subject = await open();

      await expect(subject.connect().poll("batch_nowhere")).rejects.toThrow("batch_nowhere");
    });
  });
}
