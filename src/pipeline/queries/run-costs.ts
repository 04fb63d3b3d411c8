import type { Attempt } from "../../domain/attempt.ts";
import type { Batch } from "../../domain/batch.ts";
import type { TaskKey } from "../../domain/ids.ts";
import type { TokenUsage } from "../../domain/money/price.ts";
import type { RequestOutcome } from "../../domain/batching/request-outcome.ts";
import { type Stage, stages } from "../../domain/stage.ts";
import type { Task } from "../../domain/task.ts";
import type { Usage } from "../../domain/money/usage.ts";
import { attemptKey } from "../names.ts";

/** Every paid call of a run, and what they come to. */
export interface RunCosts {
  /** Oldest first. */
  readonly calls: readonly PaidCall[];
  readonly total: CostSum;
  readonly byStage: readonly (CostSum & { readonly stage: Stage | "other" })[];
  readonly byModel: readonly (CostSum & { readonly provider: string; readonly model: string })[];
}

export interface PaidCall {
  readonly usage: Usage;
  readonly stage: Stage | "other";
  /** The task that it was made for; null when it was for the run as a whole. */
  readonly taskKey: TaskKey | null;
}

/** Sums of whole micro-dollars, so that they are those of the rows to the last one. */
export interface CostSum extends TokenUsage {
  /** How many calls were charged. */
  readonly charged: number;
  readonly settledMicroUsd: number;
  /** Of that, charged at what was held back because the provider did not say. */
  readonly estimatedMicroUsd: number;
  /** What the charged calls would have cost at the ordinary price. */
  readonly standardMicroUsd: number;
  readonly savedMicroUsd: number;
  /** Held back for calls under way. */
  readonly reservedMicroUsd: number;
  /** Held back for calls whose answer never came. */
  readonly undeliveredMicroUsd: number;
}

/** What the calls were made for is read from the run's own facts. */
export interface CostFacts {
  readonly tasks: readonly Task[];
  readonly attempts: readonly Attempt[];
  readonly batches: readonly Batch[];
  readonly outcomes: readonly RequestOutcome[];
}

export function costsOf(usages: readonly Usage[], facts: CostFacts): RunCosts {
  const subjects = subjectsOf(facts);
  const calls = usages.map((usage): PaidCall => ({
    usage,
    stage: stageOfPurpose.get(usage.purpose) ?? "other",
    taskKey: taskKeyOf(usage, subjects),
  }));
  return {
    calls,
    total: sumOf(calls),
    byStage: [...stages, "other" as const].flatMap((stage) => {
      const group = calls.filter((call) => call.stage === stage);
      return group.length === 0 ? [] : [{ stage, ...sumOf(group) }];
    }),
    byModel: sumByModel(calls),
  };
}

const stageOfPurpose: ReadonlyMap<string, Stage> = new Map([
  ["decompose", "decompose"],
  ["plan", "decompose"],
  ["analyse", "batch"],
  ["build", "implement"],
  ["audit", "implement"],
]);

/** The beginnings of the keys of calls that were made for a task. */
function subjectsOf({ tasks, attempts, batches, outcomes }: CostFacts): ReadonlyMap<string, TaskKey> {
  const keys = new Map(tasks.map((task) => [task.id, task.key]));
  return new Map([
    ...batches.flatMap((batch) => batch.items.map((item) => [item.customId, item.taskKey] as const)),
    ...outcomes.map((outcome) => [outcome.customId, outcome.taskKey] as const),
    ...attempts.flatMap((attempt) => {
      const key = keys.get(attempt.taskId);
      return key === undefined ? [] : [[attemptKey(attempt.id), key] as const];
    }),
  ]);
}

/** Further charges and lost tries have the key of their request before a `~`. */
function taskKeyOf({ key }: Usage, subjects: ReadonlyMap<string, TaskKey>): TaskKey | null {
  return subjects.get(key) ?? subjects.get(key.split("~")[0] ?? "") ?? null;
}

function sumByModel(calls: readonly PaidCall[]): RunCosts["byModel"] {
  const groups = Map.groupBy(calls, ({ usage }) => `${usage.provider} ${usage.model}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { provider, model } = first.usage;
    return [{ provider, model, ...sumOf(group) }];
  });
}

function sumOf(calls: readonly PaidCall[]): CostSum {
  return calls.reduce((sum, { usage }) => addCall(sum, usage), nothing);
}

const nothing: CostSum = {
  charged: 0,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  settledMicroUsd: 0,
  estimatedMicroUsd: 0,
  standardMicroUsd: 0,
  savedMicroUsd: 0,
  reservedMicroUsd: 0,
  undeliveredMicroUsd: 0,
};

function addCall(sum: CostSum, { state }: Usage): CostSum {
  switch (state.status) {
    case "reserved":
      return { ...sum, reservedMicroUsd: sum.reservedMicroUsd + state.microUsd };
    case "undelivered":
      return { ...sum, undeliveredMicroUsd: sum.undeliveredMicroUsd + state.microUsd };
    case "released":
      return sum;
    case "settled":
      return {
        ...sum,
        charged: sum.charged + 1,
        inputTokens: sum.inputTokens + state.inputTokens,
        cacheReadTokens: sum.cacheReadTokens + state.cacheReadTokens,
        cacheWriteTokens: sum.cacheWriteTokens + state.cacheWriteTokens,
        outputTokens: sum.outputTokens + state.outputTokens,
        settledMicroUsd: sum.settledMicroUsd + state.microUsd,
        estimatedMicroUsd: sum.estimatedMicroUsd + (state.isEstimated ? state.microUsd : 0),
        standardMicroUsd: sum.standardMicroUsd + state.standardMicroUsd,
        savedMicroUsd: sum.savedMicroUsd + state.standardMicroUsd - state.microUsd,
      };
  }
}
