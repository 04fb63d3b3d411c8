import { plainPrice, plainTokens } from "../../src/domain/money/price.ts";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readJournal } from "../../src/adapters/recorded-model/batch-journal.ts";
import { makePriceTable } from "../../src/adapters/prices/price-table.ts";
import { RecordedBatchProvider } from "../../src/adapters/recorded-model/recorded-batch-provider.ts";
import { hashRequest, toRecordedReply } from "../../src/adapters/recorded-model/replies.ts";
import { systemClock } from "../../src/adapters/system/system-clock.ts";
import { parseConfig } from "../../src/config/parse-config.ts";
import { toRunPolicy } from "../../src/config/to-run-policy.ts";
import { reportRun } from "../../src/pipeline/queries/run-report.ts";
import { readPrompts } from "../../src/app/read-prompts.ts";
import { analysisRequest } from "../../src/pipeline/prompting/requests.ts";
import type { BatchProvider } from "../../src/ports/batch-provider.ts";
import { temporaryFolder } from "../../src/testing/git-fixtures.ts";
import { sampleTask } from "../../src/testing/samples.ts";
import { but } from "./support/batch-provider-but.ts";
import { step } from "./support/plan-of.ts";
import { given, titleOfStep } from "./support/word-book.ts";

const goal = "Write two words";
const plan = [step("one"), step("two")];
const batching = { analysisEnabled: true, batchEnabled: true, batchPollMs: 200 };
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const prompts = await readPrompts();

/** A provider that has analyses of these steps; every analysis names one step to take. */
function provider(ids: readonly string[], looks = 1): BatchProvider {
  const replies = ids.map((id) => {
    const task = sampleTask({
      title: titleOfStep(id),
      description: "",
      files: [`words/${id}.txt`],
      acceptance: [],
    });
    const request = analysisRequest(prompts, goal, task);
    const text = JSON.stringify({ complexity: "low", steps: [`take up the pen for ${id}`] });
    const usage = plainTokens(100, 50);
    return [
      hashRequest(request),
      toRecordedReply(request, { text, finish: "stop", usage, model: null }),
    ] as const;
  });
  return new RecordedBatchProvider({
    replies: { model: "recorded-1", byHash: new Map(replies) },
    journalFile: journalFile(),
    clock: systemClock,
    pendingFor: { kind: "looks", count: looks },
  });
}

function journalFile(): string {
  return join(folder.path, "provider.jsonl");
}

async function countOf(type: "upload" | "batch_created" | "canceled"): Promise<number> {
  return (await readJournal(journalFile())).filter((entry) => entry.type === type).length;
}

test("the analyses of all tasks are sent in one batch, once, waited for, and stand in the builders' prompts", async () => {
  await using story = await given({
    plan,
    policy: batching,
    deps: { batchProvider: provider(["one", "two"], 3) },
  });

  const run = await story.settle((await story.start(goal)).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(await countOf("batch_created")).toBe(1);
  const asked = story.model.requests.filter(({ purpose }) => purpose === "build").map(({ prompt }) => prompt);
  expect(asked.filter((prompt) => /## Steps\ntake up the pen for (?:one|two)\n/u.test(prompt)).length).toBe(
    2,
  );
  expect(run.stageResults.find(({ stage }) => stage === "wait")?.output).toBe("2/2 back");
});

test.each([
  [1, 2],
  [2, 1],
])("batch.chunkSize %s: two analyses go out in %s batches", async (chunkSize, batches) => {
  const text = JSON.stringify({ batch: { chunkSize, pollInterval: "1s" } });
  const { batchChunkSize } = toRunPolicy(parseConfig(text, "aas.config.jsonc").config);
  const policy = { ...batching, batchChunkSize };
  await using story = await given({ plan, policy, deps: { batchProvider: provider(["one", "two"]) } });

  const run = await story.settle((await story.start(goal)).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(await countOf("batch_created")).toBe(batches);
});

describe("when the answer to sending is lost", () => {
  test("after the provider created the batch, that one is found and none is sent again", async () => {
    const inner = provider(["one", "two"]);
    const lossy = but(inner, {
      submit: async (...args) => {
        await inner.submit(...args);
        throw new Error("connection reset");
      },
    });
    await using story = await given({ plan, policy: batching, deps: { batchProvider: lossy } });

    const run = await story.settle((await story.start(goal)).id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(await countOf("batch_created")).toBe(1);
    expect(run.stageResults.find(({ stage }) => stage === "wait")?.output).toBe("2/2 back");
  });

  test("before the provider created anything, it is sent again when that is proven", async () => {
    const inner = provider(["one", "two"]);
    const asked: string[] = [];
    const lossy = but(inner, {
      submit: async (...args) => {
        asked.push("submit");
        if (asked.length === 1) throw new Error("connection refused");
        return inner.submit(...args);
      },
      find: async (lost) => {
        asked.push("find");
        return asked.length === 2 ? { kind: "unknown" } : inner.find(lost);
      },
    });
    await using story = await given({ plan, policy: batching, deps: { batchProvider: lossy } });

    const run = await story.settle((await story.start(goal)).id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(asked).toEqual(["submit", "find", "find", "submit"]);
    expect(await countOf("batch_created")).toBe(1);
  });
});

test("a batch that takes too long is called off, and what it did not bring is asked for alone", async () => {
  const slow = provider(["one", "two"], 1_000_000);
  await using story = await given({
    plan,
    policy: { ...batching, batchLimitMs: 3_600_000, runTimeoutMs: 1e9 },
    deps: { batchProvider: slow },
  });
  const { id } = await story.start(goal);

  await story.until(id, async () => (await countOf("batch_created")) === 1);
  story.clock.putForward(2 * 3_600_000);
  const run = await story.settle(id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(await countOf("canceled")).toBe(1);
  const waited = run.stageResults.find(({ stage }) => stage === "wait");
  expect([waited?.output, waited?.warnings]).toEqual(["2/2 back", []]);
  expect(story.model.requests.filter(({ purpose }) => purpose === "analyse")).toHaveLength(2);
});

test("what came back counts, and what did not is built without", async () => {
  await using story = await given({ plan, policy: batching, deps: { batchProvider: provider(["two"]) } });

  const run = await story.settle((await story.start(goal)).id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  const steps = story.model.requests
    .filter(({ purpose }) => purpose === "build")
    .map(({ prompt }) => [
      /^## Task\n(?<title>.*)$/mu.exec(prompt)?.groups?.["title"],
      prompt.includes("## Steps"),
    ]);
  expect(Object.fromEntries(steps)).toEqual({ "Write one": false, "Write two": true });
});

const halfPrice = plainPrice(500_000, 5_000_000);

describe("the money of a batch", () => {
  test("is what came back cost; what was held back for the rest is free again", async () => {
    const priced = but(provider(["two"]), { price: halfPrice });
    await using story = await given({ plan, policy: batching, deps: { batchProvider: priced } });

    const { id } = await story.settle((await story.start(goal)).id);

    expect((await story.summary(id)).spending).toEqual({ settledMicroUsd: 300, reservedMicroUsd: 0 });
  });

  test("is what the table says of the provider's model, and the report tells what it saved", async () => {
    const listed = but(provider(["one", "two"]), { provider: "openai", model: "gpt-5.4", price: null });
    await using story = await given({
      plan,
      policy: batching,
      prices: makePriceTable(),
      deps: { batchProvider: listed },
    });

    const { id } = await story.settle((await story.start(goal)).id);

    const { costs } = await reportRun(story.deps, id);
    const analyses = costs.calls
      .filter(({ stage }) => stage === "batch")
      .toSorted((one, other) => (one.taskKey ?? "").localeCompare(other.taskKey ?? ""));
    expect(
      analyses.map(({ taskKey, usage: { tier, state } }) => [
        taskKey,
        tier,
        state.status === "settled" ? [state.microUsd, state.standardMicroUsd] : state.status,
      ]),
    ).toEqual([
      ["AAS-1", "batch", [500, 1_000]],
      ["AAS-2", "batch", [500, 1_000]],
    ]);
    expect(costs.total).toMatchObject({ settledMicroUsd: 1_000, savedMicroUsd: 1_000, reservedMicroUsd: 0 });
  });

  test("that is answered twice is paid twice, and a line without a word stays held back", async () => {
    const inner = provider(["one"]);
    const odd = but(inner, {
      price: halfPrice,
      results: async function* (ref) {
        for await (const result of inner.results(ref)) {
          if (result.outcome.kind !== "answered") continue;
          yield result;
          yield result;
        }
      },
    });
    await using story = await given({ plan, policy: batching, deps: { batchProvider: odd } });

    const { id } = await story.settle((await story.start(goal)).id);

    const { costs } = await reportRun(story.deps, id);
    const statusesOf = (key: string): readonly string[] =>
      costs.calls.flatMap(({ taskKey, usage: { tier, state } }) =>
        taskKey === key && tier === "batch" ? [state.status] : [],
      );
    expect(statusesOf("AAS-1")).toEqual(["settled", "settled"]);
    expect(new Set(statusesOf("AAS-2"))).toEqual(new Set(["undelivered"]));
    expect(costs.total.settledMicroUsd).toBe(600);
    expect(costs.total.undeliveredMicroUsd).toBeGreaterThan(0);
    expect((await story.summary(id)).spending).toEqual({
      settledMicroUsd: costs.total.settledMicroUsd,
      reservedMicroUsd: costs.total.undeliveredMicroUsd,
    });
  });

  test("is free again when the provider refuses the batch, and the run goes on without it", async () => {
    const refusing = but(provider([]), {
      price: halfPrice,
      submit: async () => ({ kind: "refused", trouble: "invalid", message: "too many batches" }),
    });
    await using story = await given({ plan, policy: batching, deps: { batchProvider: refusing } });

    const run = await story.settle((await story.start(goal)).id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect((await story.summary(run.id)).spending).toEqual({ settledMicroUsd: 0, reservedMicroUsd: 0 });
  });

  test("that nobody knows pauses the run before anything is sent", async () => {
    const unpriced = but(provider(["one", "two"]), { price: null });
    await using story = await given({ plan, policy: batching, deps: { batchProvider: unpriced } });

    const run = await story.settle((await story.start(goal)).id);

    expect(run.state).toEqual({ status: "paused", stage: "batch", reason: "money" });
    expect(await readJournal(journalFile())).toEqual([]);
  });
});
