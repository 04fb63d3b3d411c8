import { toTaskKey } from "../../domain/ids.ts";
import type { Price, PriceTier } from "../../domain/money/price.ts";
import type { Run } from "../../domain/run.ts";
import type { TaskPlan } from "../../domain/planning/task-plan.ts";
import { readScope } from "../../pipeline/building/read-scope.ts";
import { draftTask } from "../../pipeline/planning/draft-task.ts";
import {
  type PlanPrice,
  type PriceList,
  pricePlan,
  type PricedTask,
} from "../../pipeline/planning/price-plan.ts";
import type { OpenedControl } from "../project/open-control.ts";

const nothing = { atBatch: null, atSync: 0 } as const;

/** What a plan can cost today; null when it needs a model whose price is not known: a question, never zero. */
export async function pricePreview(
  control: OpenedControl,
  run: Run,
  plan: TaskPlan,
): Promise<PlanPrice | null> {
  const isFree = plan.tasks.every(({ builder }) => builder.kind !== "model");
  if (isFree) return { tasks: plan.tasks.map(({ id }) => ({ id, ...nothing })), total: nothing };
  const prices = findPrices(control, run);
  return prices === null
    ? null
    : pricePlan(control.prompts, run.goal, await showFiles(control, run, plan), prices);
}

function findPrices({ runnable, prices, clock }: OpenedControl, { policy }: Run): PriceList | null {
  if (runnable === null) return null;
  const find = (provider: string, name: string, tier: PriceTier): Price | null =>
    prices.priceOf({ provider, name }, clock.now(), tier);
  const { model, batchProvider } = runnable;
  const sync = find(model.provider, model.name, "standard") ?? model.price;
  if (sync === null) return null;
  const isBatched = policy.batchEnabled && batchProvider !== null;
  const batch = isBatched
    ? (find(batchProvider.provider, batchProvider.model, "batch") ?? batchProvider.price)
    : null;
  return { sync, batch };
}

async function showFiles(control: OpenedControl, run: Run, plan: TaskPlan): Promise<readonly PricedTask[]> {
  const priced: PricedTask[] = [];
  for (const [index, { id, dependsOn: _, ...planned }] of plan.tasks.entries()) {
    const key = toTaskKey(`${run.policy.taskPrefix}-${index + 1}`);
    const task = draftTask(control, { ...planned, key, projectId: run.projectId });
    priced.push({ id, task, files: await readScope(control.git, task, run.baseSha) });
  }
  return priced;
}
