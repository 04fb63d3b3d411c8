import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readJournal } from "../../src/adapters/recorded-model/batch-journal.ts";
import { AasError } from "../../src/domain/errors.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { plainPrice } from "../../src/domain/money/price.ts";
import { cancelRun, resumeRun } from "../../src/pipeline/control/steer-run.ts";
import type { BatchProvider } from "../../src/ports/batch-provider.ts";
import { temporaryFolder } from "../../src/testing/git-fixtures.ts";
import { providerOf } from "./support/analysing.ts";
import { but } from "./support/batch-provider-but.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story } from "./support/word-book.ts";

const goal = "Write two words";
const plan = [step("one"), step("two")];
const policy = { analysisEnabled: true, batchEnabled: true, batchPollMs: 200, runTimeoutMs: 1e9 };
const halfPrice = plainPrice(500_000, 5_000_000);
const forEver = 1_000_000;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

/** A provider that is done after so many looks. */
function provider(looks: number): BatchProvider {
  const recorded = providerOf(goal, ["one", "two"], { journalFile: journalFile(), looks });
  return but(recorded, { price: halfPrice });
}

function journalFile(): string {
  return join(folder.path, "provider.jsonl");
}

async function countOf(type: "batch_created" | "canceled" | "polled"): Promise<number> {
  return (await readJournal(journalFile())).filter((entry) => entry.type === type).length;
}

function open(batchProvider: BatchProvider): Promise<Story> {
  return given({ plan, policy, deps: { batchProvider } });
}

async function stateOf({ deps }: Story, id: RunId): Promise<string | undefined> {
  return (await deps.db.batches.listHeadsOfRun(id))[0]?.state.status;
}

async function untilBatch(story: Story, id: RunId, status: string): Promise<void> {
  await story.until(id, async () => (await stateOf(story, id)) === status);
}

async function usagesOf({ deps }: Story, id: RunId): Promise<readonly string[]> {
  const usages = await deps.db.usage.listOfRun(id);
  return usages.flatMap(({ tier, state }) => (tier === "batch" ? [state.status] : []));
}

describe("of a run that is canceled", () => {
  test("the batch that it waits for is called off at the provider, and comes to its end here too", async () => {
    await using story = await open(provider(forEver));
    const { id } = await story.start(goal);
    await untilBatch(story, id, "submitted");

    await cancelRun(story.person, id);
    await untilBatch(story, id, "canceled");

    expect([await countOf("batch_created"), await countOf("canceled")]).toEqual([1, 1]);
  });

  test("the batch that it was sending is looked for, and called off when it is found", async () => {
    let isLate = true;
    const inner = provider(forEver);
    await using story = await open(
      but(inner, {
        submit: async (...args) => {
          await inner.submit(...args);
          throw new Error("connection reset");
        },
        find: async (lost) => (isLate ? { kind: "unknown" } : inner.find(lost)),
      }),
    );
    const { id } = await story.start(goal);
    await untilBatch(story, id, "reconciling");

    await cancelRun(story.person, id);
    isLate = false;
    await untilBatch(story, id, "canceled");

    expect([await countOf("batch_created"), await countOf("canceled")]).toEqual([1, 1]);
  });

  test("a batch that never reached the provider is withdrawn, and its money is free again", async () => {
    const away = new AasError("provider_unavailable", "It is away.", { retryable: true });
    await using story = await open(
      but(provider(forEver), {
        prepare: async () => {
          throw away;
        },
      }),
    );
    const { id } = await story.start(goal);
    await untilBatch(story, id, "uploading");
    expect(await usagesOf(story, id)).toEqual(["reserved", "reserved"]);

    await cancelRun(story.person, id);
    await untilBatch(story, id, "canceled");

    expect(await usagesOf(story, id)).toEqual(["released", "released"]);
    expect(await countOf("batch_created")).toBe(0);
  });

  test("what a batch had answered before it could be called off was paid for, and is kept", async () => {
    const tooLate = but(provider(8), { cancel: async () => {} });
    await using story = await open(tooLate);
    const { id } = await story.start(goal);
    await untilBatch(story, id, "submitted");

    await cancelRun(story.person, id);
    await untilBatch(story, id, "completed");

    expect(await usagesOf(story, id)).toEqual(["settled", "settled"]);
    expect(await story.deps.db.batches.listAnalyses(id)).toHaveLength(2);
    expect((await story.summary(id)).spending).toEqual({ settledMicroUsd: 600, reservedMicroUsd: 0 });
  });

  test("a batch that cannot be called off keeps no message from people", async () => {
    const refusing = but(provider(forEver), {
      cancel: async () => {
        throw new AasError("provider_refused", "The key is not accepted.");
      },
    });
    await using story = await open(refusing);
    const first = await story.start(goal);
    await untilBatch(story, first.id, "submitted");
    await cancelRun(story.person, first.id);
    await story.until(first.id, () =>
      story.troubles.some((trouble) => trouble.includes("was not ended yet")),
    );

    const second = await story.start(goal, { policy: story.policy({ analysisEnabled: false }) });
    await story.settle(second.id);
    await story.until(second.id, () => story.messages.some(({ runId }) => runId === second.id));

    expect(await stateOf(story, first.id)).toBe("submitted");
  });
});

test("a settings change during a wait pauses the run, and the batch is collected when the setting is back", async () => {
  const own = provider(4);
  const other = { provider: "elsewhere", host: "llm.example" };
  let isOther = false;
  const asked: string[] = [];
  const switching: BatchProvider = {
    ...but(own, {
      poll: (submitted) => {
        asked.push(isOther ? "elsewhere" : "home");
        return own.poll(submitted);
      },
    }),
    get provider() {
      return isOther ? other.provider : own.provider;
    },
    get host() {
      return isOther ? other.host : own.host;
    },
  };
  await using story = await open(switching);
  const { id } = await story.start(goal);
  await story.until(id, async () => (await countOf("polled")) > 0);

  isOther = true;
  const paused = await story.settle(id);

  expect(paused.state).toEqual({ status: "paused", stage: "wait", reason: "provider" });
  const [batch] = await story.deps.db.batches.listHeadsOfRun(id);
  expect(
    (await story.deps.db.events.listOfRun(id)).findLast(({ type }) => type === "run.paused"),
  ).toMatchObject({
    reason: `${batch?.id} is at recorded, and the settings name elsewhere (llm.example). Set model back to recorded and resume, or cancel the run.`,
  });
  isOther = false;
  await resumeRun(story.person, id);

  expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "full" });
  expect([await countOf("batch_created"), new Set(asked)]).toEqual([1, new Set(["home"])]);
});
