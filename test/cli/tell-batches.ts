import type { OpenedProject } from "../../src/app/project/open-project.ts";
import type { Batch } from "../../src/domain/batch.ts";
import { makeId, type TaskKey, toTaskKey } from "../../src/domain/ids.ts";
import { runBudget } from "../../src/domain/money/budget.ts";
import type { RequestOutcome } from "../../src/domain/batching/request-outcome.ts";
import { settleUsage } from "../../src/domain/money/usage.ts";
import { sampleUsage } from "../../src/testing/usage-samples.ts";
import { sampleAnalysis, sampleBatch } from "../../src/testing/batch-samples.ts";
import { samplePolicy, sampleRun, sampleTask, sampleTime } from "../../src/testing/samples.ts";

const runId = makeId("run", "analysed");
const keys = [1, 2, 3].map((number) => toTaskKey(`SHOP-${number}`));

/**
 * A run that a person paused while it waits: one batch was refused, one came back with an answer and a refusal, which was
 * then asked for alone, and one is under way for long. Beside it a run that asked about nothing.
 */
export async function tellAnalysedRun(project: OpenedProject): Promise<void> {
  const { db, home } = project;
  await db.projects.insert({ id: home.id, name: home.name, repository: home.root, createdAt: sampleTime() });
  await db.runs.insert(sampleRun({ id: makeId("run", "plain"), projectId: home.id }));
  await db.runs.insert(
    sampleRun({
      id: runId,
      projectId: home.id,
      state: { status: "paused", stage: "wait", reason: "person" },
      source: { kind: "tasks", keys },
      policy: samplePolicy({ holdAfterWait: true }),
      createdAt: sampleTime(1),
    }),
  );
  for (const key of keys)
    await db.tasks.insert(
      sampleTask({ id: makeId("tsk", key.toLowerCase()), key, projectId: home.id, runId }),
    );
  for (const batch of batches) await db.batches.insert(batch);
  await tellAnswers(project);
  await tellCosts(project);
}

const [first = toTaskKey("SHOP-1"), second = first, third = first] = keys;

const batches: readonly Batch[] = [
  batchOf("refused", 2, [request(first, 1), request(second, 1)], {
    status: "failed",
    trouble: "busy",
    reason: "The queue is full.",
    since: sampleTime(2),
  }),
  batchOf("done", 3, [request(first, 2), request(second, 2)], {
    status: "completed",
    providerRef: "batch_done",
  }),
  batchOf("late", 4, [request(third, 1)], {
    status: "submitted",
    providerRef: "batch_late",
    since: sampleTime(4),
  }),
];

function batchOf(name: string, minute: number, items: Batch["items"], state: Batch["state"]): Batch {
  return sampleBatch({ id: makeId("bat", name), runId, items, state, createdAt: sampleTime(minute) });
}

function request(taskKey: TaskKey, number: number): Batch["items"][number] {
  return { taskKey, customId: `aas_tsk_${taskKey.toLowerCase()}_1_${number}`, roomFactor: 1 };
}

async function tellAnswers({ db }: OpenedProject): Promise<void> {
  const outcome = (
    item: Batch["items"][number],
    fate: Pick<RequestOutcome, "status" | "message" | "batchId">,
  ): RequestOutcome => ({
    runId,
    customId: item.customId,
    taskKey: item.taskKey,
    createdAt: sampleTime(5),
    ...fate,
  });
  const done = makeId("bat", "done");
  await db.batches.insertOutcomes([
    outcome(request(first, 2), { status: "ok", message: "", batchId: done }),
    outcome(request(second, 2), { status: "refused", message: "It would not.", batchId: done }),
    outcome(request(second, 3), { status: "ok", message: "", batchId: null }),
  ]);
  await db.batches.insertAnalyses([
    sampleAnalysis({ runId, taskKey: first, customId: request(first, 2).customId }),
    sampleAnalysis({
      runId,
      taskKey: second,
      customId: request(second, 3).customId,
      raw: "Complexity: high",
    }),
  ]);
}

async function tellCosts({ db }: OpenedProject): Promise<void> {
  const budgets = runBudget({ limitMicroUsd: 5_000_000, warnMicroUsd: null });
  const answered = request(first, 2).customId;
  const held = { status: "reserved", microUsd: 8_000, tokens: 4_000 } as const;
  await db.usage.reserve(sampleUsage({ key: answered, runId, state: held }), budgets);
  await db.usage.settle(answered, settleUsage(null, null, 300));
  await db.usage.reserve(sampleUsage({ key: request(third, 1).customId, runId, state: held }), budgets);
}
