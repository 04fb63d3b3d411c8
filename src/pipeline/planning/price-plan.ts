import type { Price } from "../../domain/money/price.ts";
import type { Task } from "../../domain/task.ts";
import { reservationFor } from "../paying/reserve-usage.ts";
import type { Prompts } from "../prompting/prompts.ts";
import { analysisRequest, buildRequest } from "../prompting/requests.ts";

/** The most that a plan can cost with one attempt a task: every answer at its full length. */
export interface PlanPrice {
  readonly tasks: readonly TaskPrice[];
  readonly total: MostMicroUsd;
}

export interface TaskPrice extends MostMicroUsd {
  /** The task's name in the plan. */
  readonly id: string;
}

export interface MostMicroUsd {
  /** Analyses by batch; null where the provider has none. */
  readonly atBatch: number | null;
  /** Everything call by call. */
  readonly atSync: number;
}

export interface PriceList {
  readonly sync: Price;
  readonly batch: Price | null;
}

/** A task with the files that its builder would be shown today. */
export interface PricedTask {
  readonly id: string;
  readonly task: Task;
  readonly files: ReadonlyMap<string, string>;
}

/** What a template pack builds costs nothing. Files that earlier tasks will add or lengthen are not known yet. */
export function pricePlan(
  prompts: Prompts,
  goal: string,
  tasks: readonly PricedTask[],
  prices: PriceList,
): PlanPrice {
  const priced = tasks.map((each) => ({ id: each.id, ...priceTask(prompts, goal, each, prices) }));
  const atBatch = priced.map((each) => each.atBatch).filter((each) => each !== null);
  return {
    tasks: priced,
    total: {
      atBatch: prices.batch === null ? null : sum(atBatch),
      atSync: sum(priced.map((each) => each.atSync)),
    },
  };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, each) => total + each, 0);
}

function priceTask(
  prompts: Prompts,
  goal: string,
  { task, files }: PricedTask,
  { sync, batch }: PriceList,
): MostMicroUsd {
  if (task.builder.kind !== "model") return { atBatch: batch === null ? null : 0, atSync: 0 };
  const analysis = analysisRequest(prompts, goal, task);
  const parts = { goal, task, files, analysis: null, plan: null, lastFailure: null, landedMeanwhile: [] };
  const build = reservationFor(buildRequest(prompts, parts), sync);
  return {
    atBatch: batch === null ? null : reservationFor(analysis, batch) + build,
    atSync: reservationFor(analysis, sync) + build,
  };
}
