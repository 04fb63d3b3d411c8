import type { OpenedProject } from "../../src/app/project/open-project.ts";
import { noBudget, runBudget } from "../../src/domain/money/budget.ts";
import { makeId, type RunId, toTaskKey } from "../../src/domain/ids.ts";
import type { Price, PriceTier, TokenUsage } from "../../src/domain/money/price.ts";
import { furtherKey, type Settlement, settleUsage, type Usage } from "../../src/domain/money/usage.ts";
import { attemptKey } from "../../src/pipeline/names.ts";
import { sampleBatch } from "../../src/testing/batch-samples.ts";
import { sampleAttempt } from "../../src/testing/building-samples.ts";
import { sampleRun, sampleTask, sampleTime } from "../../src/testing/samples.ts";
import { sampleUsage } from "../../src/testing/usage-samples.ts";

const standard: Price = {
  rates: { input: 2_500_000, cacheRead: 250_000, cacheWrite: 2_500_000, output: 15_000_000 },
  longPrompts: [],
};
const batch: Price = {
  rates: { input: 1_250_000, cacheRead: 125_000, cacheWrite: 1_250_000, output: 7_500_000 },
  longPrompts: [],
};

const answeredBy = "gpt-5.4-2026-03-05";

/** A run whose paid calls ended in every way there is: exact, cached, billed twice, estimated, never answered, let go. */
export async function tellCostlyRun({ db, home }: OpenedProject, name: string): Promise<RunId> {
  const runId = makeId("run", name);
  const key = toTaskKey(`${name.toUpperCase()}-1`);
  const task = sampleTask({ id: makeId("tsk", name), key, runId, projectId: home.id });
  const attempt = sampleAttempt({ id: makeId("att", name), taskId: task.id, runId });
  const item = { customId: `aas_${task.id}_1`, taskKey: key, roomFactor: 1 };
  await db.runs.insert(sampleRun({ id: runId, projectId: home.id }));
  await db.tasks.insert(task);
  await db.attempts.insert(attempt);
  await db.batches.insert(sampleBatch({ id: makeId("bat", name), runId, items: [item] }));
  const call = (minute: number, given: Partial<Usage>): Call => ({
    db,
    given: { runId, createdAt: sampleTime(minute), ...given },
  });
  await charge(call(1, { key: `${name}-plan`, purpose: "decompose" }), answered(tokens(1_001, 333)));
  const analyse = { key: item.customId, purpose: "analyse", tier: "batch" } as const;
  await charge(call(2, analyse), answered(tokens(1_003, 77, 512), "batch"));
  await db.usage.insertCharge({
    ...sampleUsage({ model: "gpt-5.4", runId, ...analyse, key: furtherKey(item.customId, 2) }),
    createdAt: sampleTime(3),
    state: answered(tokens(1_003, 91, 0, 512), "batch"),
  });
  await charge(
    call(4, { key: `${name}-odd`, purpose: "analyse", tier: "batch" }),
    settleUsage(null, batch, 1_234),
  );
  const build = attemptKey(attempt.id);
  await reserve(call(5, { key: build, purpose: "build" }));
  await db.usage.markUndelivered(build, "openai brought nothing in 60 s.\nIt may have been worked on.");
  await charge(call(6, { key: build, purpose: "build" }), answered(tokens(7, 1)));
  await charge(call(7, { key: `${name}-refused`, purpose: "build" }), { status: "released" });
  await reserve(call(8, { key: `${name}-now`, purpose: "build" }));
  return runId;
}

interface Call {
  readonly db: OpenedProject["db"];
  readonly given: Partial<Usage>;
}

async function reserve({ db, given }: Call): Promise<string> {
  const { state: _, ...named } = given;
  const held = { status: "reserved", microUsd: 250_000, tokens: 20_000 } as const;
  const usage = sampleUsage({ model: "gpt-5.4", ...named, state: held });
  await db.usage.reserve(usage, runBudget(noBudget));
  return usage.key;
}

async function charge(call: Call, settlement: Settlement): Promise<void> {
  await call.db.usage.settle(await reserve(call), settlement);
}

function answered(
  used: TokenUsage,
  tier: PriceTier = "standard",
): Extract<Settlement, { readonly status: "settled" }> {
  return settleUsage(used, tier === "batch" ? batch : standard, 250_000, {
    answeredBy,
    standardPrice: standard,
  });
}

function tokens(
  inputTokens: number,
  outputTokens: number,
  cacheReadTokens = 0,
  cacheWriteTokens = 0,
): TokenUsage {
  return { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens };
}
