import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readJournal } from "../../src/adapters/recorded-model/batch-journal.ts";
import { AasError } from "../../src/domain/errors.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { plainPrice } from "../../src/domain/money/price.ts";
import { retryRun } from "../../src/pipeline/control/retry-run.ts";
import type { BatchProvider } from "../../src/ports/batch-provider.ts";
import { temporaryFolder } from "../../src/testing/git-fixtures.ts";
import { providerOf } from "./support/analysing.ts";
import { but } from "./support/batch-provider-but.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story } from "./support/word-book.ts";

const goal = "Write two words";
const policy = { analysisEnabled: true, batchEnabled: true, batchPollMs: 200, runTimeoutMs: 1e9 };
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function provider(): BatchProvider {
  const recorded = providerOf(goal, ["one", "two"], { journalFile: journalFile(), looks: 3 });
  return but(recorded, { price: plainPrice(500_000, 5_000_000) });
}

function journalFile(): string {
  return join(folder.path, "provider.jsonl");
}

async function countOf(type: "batch_created" | "canceled"): Promise<number> {
  return (await readJournal(journalFile())).filter((entry) => entry.type === type).length;
}

const refusal = new AasError("provider_refused", "The key is not accepted.");

/** Every call of these kinds is refused until somebody has mended the key. */
function locked(inner: BatchProvider, ...calls: readonly ("prepare" | "submit" | "poll")[]) {
  let isMended = false;
  const unless = <Given extends readonly unknown[], Answer>(
    call: (typeof calls)[number],
    ask: (...args: Given) => Promise<Answer>,
  ) => {
    return async (...args: Given): Promise<Answer> => {
      if (calls.includes(call) && !isMended) throw refusal;
      return ask(...args);
    };
  };
  return {
    mend: () => {
      isMended = true;
    },
    batchProvider: but(inner, {
      prepare: unless("prepare", (...args) => inner.prepare(...args)),
      submit: unless("submit", (...args) => inner.submit(...args)),
      poll: unless("poll", (...args) => inner.poll(...args)),
    }),
  };
}

function open(batchProvider: BatchProvider): Promise<Story> {
  return given({ plan: [step("one"), step("two")], policy, deps: { batchProvider } });
}

async function statesOf({ deps }: Story, id: RunId): Promise<readonly string[]> {
  return (await deps.db.batches.listHeadsOfRun(id)).map(({ state }) => state.status);
}

async function untilBatch(story: Story, id: RunId, status: string): Promise<void> {
  await story.until(id, async () => (await statesOf(story, id))[0] === status);
}

async function heldBy({ deps }: Story, id: RunId): Promise<readonly string[]> {
  const usages = await deps.db.usage.listOfRun(id);
  return usages.flatMap(({ tier, state }) => (tier === "batch" ? [state.status] : []));
}

describe("of a run that failed", () => {
  test("the batch at the provider is collected, not called off, and a retry pays for nothing again", async () => {
    const { batchProvider, mend } = locked(provider(), "poll");
    await using story = await open(batchProvider);
    const { id } = await story.start(goal);
    expect((await story.settle(id)).state).toMatchObject({ status: "failed", stage: "wait" });
    expect([await statesOf(story, id), await heldBy(story, id)]).toEqual([
      ["submitted"],
      ["reserved", "reserved"],
    ]);

    mend();
    await untilBatch(story, id, "completed");

    expect(await heldBy(story, id)).toEqual(["settled", "settled"]);
    expect(await story.deps.db.batches.listAnalyses(id)).toHaveLength(2);
    expect((await story.deps.db.runs.get(id)).state.status).toBe("failed");
    await retryRun(story.person, id, { hint: null, force: true });
    expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "full" });
    expect([await countOf("batch_created"), await countOf("canceled")]).toEqual([1, 0]);
  });

  test("the batch that never reached the provider holds no money, and a retry sends it", async () => {
    const { batchProvider, mend } = locked(provider(), "prepare");
    await using story = await open(batchProvider);
    const { id } = await story.start(goal);
    await story.settle(id);

    await untilBatch(story, id, "failed");

    expect(await heldBy(story, id)).toEqual(["released", "released"]);
    mend();
    await retryRun(story.person, id, { hint: null, force: true });
    expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "full" });
    expect(await statesOf(story, id)).toEqual(["failed", "completed"]);
    expect([await countOf("batch_created"), await countOf("canceled")]).toEqual([1, 0]);
  });

  test("the batch that it was sending is looked for, and collected when it is found", async () => {
    const inner = provider();
    let isLate = true;
    const losing = but(inner, {
      submit: async (...args) => {
        await inner.submit(...args);
        throw new Error("connection reset");
      },
      find: async (lost) => {
        if (isLate) throw refusal;
        return inner.find(lost);
      },
    });
    await using story = await open(losing);
    const { id } = await story.start(goal);
    expect((await story.settle(id)).state.status).toBe("failed");

    isLate = false;
    await untilBatch(story, id, "completed");

    expect(await heldBy(story, id)).toEqual(["settled", "settled"]);
    expect([await countOf("batch_created"), await countOf("canceled")]).toEqual([1, 0]);
  });
});
