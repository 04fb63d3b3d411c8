import { expect, test } from "vitest";
import { toTaskKey } from "../../domain/ids.ts";
import { furtherKey, lostKey, settleUsage, type UsageState, type Usage } from "../../domain/money/usage.ts";
import { sampleBatch } from "../../testing/batch-samples.ts";
import { sampleAttempt } from "../../testing/building-samples.ts";
import { sampleTask } from "../../testing/samples.ts";
import { sampleSettled, sampleUsage } from "../../testing/usage-samples.ts";
import { attemptKey } from "../names.ts";
import { costsOf } from "./run-costs.ts";

const task = sampleTask({ key: toTaskKey("AAS-7") });
const attempt = sampleAttempt({ taskId: task.id });
const batch = sampleBatch({ items: [{ customId: "aas_7", taskKey: toTaskKey("AAS-7"), roomFactor: 1 }] });
const facts = { tasks: [task], attempts: [attempt], batches: [batch], outcomes: [] };

function call(key: string, purpose: string, state: UsageState, change: Partial<Usage> = {}): Usage {
  return { ...sampleUsage({ key, purpose }), ...change, state };
}

const calls: readonly Usage[] = [
  call("run_1-plan", "decompose", sampleSettled({ microUsd: 1_001, standardMicroUsd: 1_001 }), {
    model: "gpt-5.4",
  }),
  call("aas_7", "analyse", sampleSettled({ microUsd: 125, standardMicroUsd: 250, cacheReadTokens: 60 }), {
    tier: "batch",
  }),
  call(furtherKey("aas_7", 2), "analyse", sampleSettled({ microUsd: 125, standardMicroUsd: 250 }), {
    tier: "batch",
  }),
  call(attemptKey(attempt.id), "build", settleUsage(null, null, 40)),
  call(lostKey(attemptKey(attempt.id), 1), "build", {
    status: "undelivered",
    microUsd: 7,
    tokens: 1,
    reason: "lost",
  }),
  call("other", "dream", { status: "reserved", microUsd: 3, tokens: 1 }),
  call("let-go", "build", { status: "released" }),
];

test("calls are told with their stage and the task that they were made for", () => {
  const { calls: told } = costsOf(calls, facts);

  expect(told.map(({ stage, taskKey }) => [stage, taskKey])).toEqual([
    ["decompose", null],
    ["batch", "AAS-7"],
    ["batch", "AAS-7"],
    ["implement", "AAS-7"],
    ["implement", "AAS-7"],
    ["other", null],
    ["implement", null],
  ]);
});

test("sums are those of the rows, in all and by stage and model", () => {
  const { total, byStage, byModel } = costsOf(calls, facts);

  expect(total).toEqual({
    charged: 4,
    inputTokens: 300,
    cacheReadTokens: 60,
    cacheWriteTokens: 0,
    outputTokens: 60,
    settledMicroUsd: 1_291,
    estimatedMicroUsd: 40,
    standardMicroUsd: 1_541,
    savedMicroUsd: 250,
    reservedMicroUsd: 3,
    undeliveredMicroUsd: 7,
  });
  expect(
    byStage.map(({ stage, settledMicroUsd, savedMicroUsd }) => [stage, settledMicroUsd, savedMicroUsd]),
  ).toEqual([
    ["decompose", 1_001, 0],
    ["batch", 250, 250],
    ["implement", 40, 0],
    ["other", 0, 0],
  ]);
  expect(byModel.map(({ provider, model, settledMicroUsd }) => [provider, model, settledMicroUsd])).toEqual([
    ["openai", "gpt-5.4", 1_001],
    ["openai", "gpt-5", 290],
  ]);
});

test("a run without calls cost nothing", () => {
  expect(costsOf([], { tasks: [], attempts: [], batches: [], outcomes: [] })).toMatchObject({
    calls: [],
    total: { charged: 0, settledMicroUsd: 0 },
    byStage: [],
    byModel: [],
  });
});
