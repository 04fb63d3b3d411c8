import { AasError } from "../../domain/errors.ts";
import type { RunId } from "../../domain/ids.ts";
import { planRetry, type RetryPlan } from "../../domain/running/retry-plan.ts";
import { currentStage, isPastBuilding, isTerminal, type Run, type RunEvent } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import type { RecordPlanDeps } from "../planning/record-plan.ts";
import { decideRunChange } from "../recording/change-run.ts";
import { writeTaskChange } from "../recording/change-task.ts";
import { type Decision, lost } from "../recording/compare-and-set.ts";
import { amendRun, describeAmendment, type RunAmendment } from "./amend-run.ts";
import { refuseSteering } from "./refuse-steering.ts";
import { steer } from "./steer-run.ts";
import { takeNewSource } from "./take-new-source.ts";

export interface RetryOptions extends RunAmendment {
  /** What the next attempts are told. */
  readonly hint: string | null;
  /** Repeats without a hint, though nothing changed. */
  readonly force: boolean;
}

/**
 * Gives a failed run, or the tasks that need review in a running one, another round. Collected work is kept, unless the
 * queue would not take it again.
 */
export async function retryRun(deps: RecordPlanDeps, id: RunId, options: RetryOptions): Promise<Run> {
  return steer(deps, id, async (run, stores) => {
    const entries = await stores.queue.listIntegrationsOfRun(id);
    const plan = planRetry({ ...run, entries, hint: options.hint });
    assertRetryable(run, await stores.tasks.listOfRun(id), options);
    if (options.source !== undefined && !(await takeNewSource(deps, stores, run, options.source)))
      return lost;
    for (const task of await stores.tasks.listOfRun(id)) {
      const round = anotherRound(run, task, plan, options);
      if (round !== null && !(await writeTaskChange(deps, stores, task, round))) return lost;
    }
    return decideRetry(deps, run, plan, options);
  });
}

/** What becomes of a task; null: nothing. Tasks are looked at again only where the run builds. */
function anotherRound(
  run: Run,
  task: Task,
  plan: RetryPlan,
  options: RetryOptions,
): Parameters<typeof writeTaskChange>[3] | null {
  const { hint } = options;
  if (plan.kind === "repeat" && isPastBuilding(run.state)) return null;
  const patch = hint === null ? {} : { hint };
  if (task.state.status === "needs_review")
    return isChanged(options) ? { event: { type: "retried" }, patch } : null;
  if (task.state.status !== "collected") return null;
  switch (plan.kind) {
    case "repeat":
    case "build_lost":
      return null;
    case "fit_again":
      return { event: { type: "reopened" }, patch };
    case "build_again": {
      const told = [hint ?? "", ...failureOf(run)].join("\n");
      return { event: { type: "reopened" }, patch: { hint: told, round: task.round + 1 } };
    }
  }
}

/** Why its stage failed, for those who build again. */
function failureOf({ state, stageResults }: Run): readonly string[] {
  const result = stageResults.find(({ stage }) => stage === currentStage(state));
  return result === undefined ? [] : ["", "What was built before did not land:", ...result.errors];
}

/** A running run only goes on; that its tasks have another round is written while it stands where it was looked at. */
function decideRetry(deps: RecordPlanDeps, run: Run, plan: RetryPlan, options: RetryOptions): Decision<Run> {
  const reason = [options.hint ?? `retried by ${deps.actor}`, ...describeAmendment(options)].join(", ");
  const amend = (each: Run): ReturnType<typeof amendRun> => amendRun(each, options);
  const event: RunEvent =
    plan.kind === "repeat" ? { type: "retried" } : { type: "sent_back", stage: "implement" };
  const decision = decideRunChange(deps, run, event, { reason, amend });
  return decision.kind === "keep" ? { kind: "write", next: { ...run, ...amend(run) }, events: [] } : decision;
}

function assertRetryable(run: Run, tasks: readonly Task[], options: RetryOptions): void {
  const stuck = tasks.find((task) => task.state.status === "needs_review");
  if (run.state.status !== "failed") assertOpen(run, tasks, stuck);
  if (stuck?.state.status !== "needs_review" || isPastBuilding(run.state) || isChanged(options)) return;
  const message = `${stuck.key} needs review (${stuck.state.reason}). Retrying unchanged would repeat it.`;
  throw new AasError("usage", message, { cure: `aas automate retry ${run.id} --hint "…", or --force` });
}

function isChanged({ hint, source, force }: RetryOptions): boolean {
  return hint !== null || source !== undefined || force;
}

/** What did not fail has another round only for tasks that need review, and only while it builds. */
function assertOpen(run: Run, tasks: readonly Task[], stuck: Task | undefined): void {
  if (stuck === undefined || run.state.status === "canceled")
    throw refuseSteering(run, "retried", "Nothing in it failed.");
  if (!isTerminal(run.state) && !isPastBuilding(run.state)) return;
  const rest = tasks.filter(({ state }) => state.status === "needs_review" || state.status === "queued");
  const keys = rest.map(({ key }) => key).join(",");
  const why = "Its other tasks are built; when they have landed, another run can build the rest.";
  throw refuseSteering(run, "retried", why, `aas automate --tasks ${keys}`);
}
