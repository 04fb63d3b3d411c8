import { renderUsd } from "../../domain/budget.ts";
import { AasError } from "../../domain/errors.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Priority } from "../../domain/priority.ts";
import { type GivenSource, isTerminal, type Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import type { RecordPlanDeps } from "../planning/record-plan.ts";
import { changeRun } from "../recording/change-run.ts";
import { describeRunState } from "../../domain/told-run-state.ts";
import { changeTask } from "../recording/change-task.ts";
import { takeNewSource } from "./take-new-source.ts";
import { compareAndSet, keep } from "../recording/compare-and-set.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";

/** Stops a run at its next safe point; nothing that was done is lost. */
export async function pauseRun(deps: RecordingDeps, id: RunId): Promise<Run> {
  const before = await deps.db.runs.get(id);
  if (before.source.kind === "split") {
    throw refusal(before, "paused", `It makes parts of ${before.source.key} and ends with its command.`);
  }
  const run = await changeRun(
    deps,
    id,
    { type: "paused", reason: "person" },
    { reason: `paused by ${deps.actor}` },
  );
  if (run.state.status !== "paused") throw refusal(run, "paused", "Only a running run can be paused.");
  return run;
}

export interface ResumeOptions {
  /** A higher cap, when money stopped it. */
  readonly budgetLimitMicroUsd?: number;
  /** A plan by hand, when planning stopped it, or the plan turned out wrong. */
  readonly source?: GivenSource;
}

export async function resumeRun(deps: RecordPlanDeps, id: RunId, options: ResumeOptions = {}): Promise<Run> {
  const before = await deps.db.runs.get(id);
  if (before.state.status !== "paused") throw refusal(before, "resumed", "Only a paused run can be resumed.");
  if (before.state.reason === "approval") {
    throw refusal(before, "resumed", `It waits for an answer: aas automate approve ${id}`);
  }
  if (options.source !== undefined) await takeNewSource(deps, before, options.source);
  const reason = [`resumed by ${deps.actor}`, ...describeOptions(options)].join(", ");
  return changeRun(deps, id, { type: "resumed" }, { reason, amend: (run) => amend(run, options) });
}

/** A person changes what stopped the run, and nothing else of what was frozen. */
function amend(run: Run, { budgetLimitMicroUsd, source }: ResumeOptions): Pick<Run, "policy" | "source"> {
  const limit = budgetLimitMicroUsd ?? run.policy.budgetLimitMicroUsd;
  return { policy: { ...run.policy, budgetLimitMicroUsd: limit }, source: source ?? run.source };
}

function describeOptions({ budgetLimitMicroUsd, source }: ResumeOptions): readonly string[] {
  return [
    ...(budgetLimitMicroUsd === undefined ? [] : [`with a cap of ${renderUsd(budgetLimitMicroUsd)}`]),
    ...(source === undefined ? [] : ["with a plan by hand"]),
  ];
}

export async function prioritizeRun(deps: RecordingDeps, id: RunId, priority: Priority): Promise<Run> {
  return compareAndSet<Run>(
    deps,
    { load: (stores) => stores.runs.get(id), replace: (stores, next) => stores.runs.replace(next) },
    (run) => {
      if (run.priority === priority) return keep;
      const shared = { projectId: run.projectId, runId: run.id, subject: run.id };
      const told = makeEvent(deps, { ...shared, type: "run.prioritized", from: run.priority, to: priority });
      return { kind: "write", next: { ...run, priority }, events: [told] };
    },
  );
}

/** Ends a run for good. Its branches and results stay; its worker stops what is under way. */
export async function cancelRun(deps: RecordingDeps, id: RunId): Promise<Run> {
  const run = await changeRun(deps, id, { type: "canceled" }, { reason: `canceled by ${deps.actor}` });
  if (run.state.status !== "canceled") throw refusal(run, "canceled", "It is settled already.");
  for (const task of await deps.db.tasks.listOfRun(id)) {
    if (task.state.status === "queued") await changeTask(deps, task.id, { type: "canceled" });
  }
  return run;
}

export interface RetryOptions {
  /** What the next attempts are told. */
  readonly hint: string | null;
  /** Repeats without a hint, though nothing changed. */
  readonly force: boolean;
  /** A plan by hand instead of the one that failed; what is built of that one stays. */
  readonly source?: GivenSource;
}

/** Gives a failed run, or the tasks that need review in a running one, another round. Collected work is kept. */
export async function retryRun(deps: RecordPlanDeps, id: RunId, options: RetryOptions): Promise<Run> {
  const run = await deps.db.runs.get(id);
  assertRetryable(run, await listStuck(deps, id), options);
  if (options.source !== undefined) await takeNewSource(deps, run, options.source);
  const stuck = await listStuck(deps, id);
  const patch = options.hint === null ? {} : { hint: options.hint };
  for (const task of stuck) await changeTask(deps, task.id, { type: "retried" }, patch);
  const reason = [options.hint ?? `retried by ${deps.actor}`, ...describeOptions(options)].join(", ");
  return changeRun(deps, id, { type: "retried" }, { reason, amend: (each) => amend(each, options) });
}

async function listStuck({ db }: RecordPlanDeps, id: RunId): Promise<readonly Task[]> {
  return (await db.tasks.listOfRun(id)).filter((task) => task.state.status === "needs_review");
}

function assertRetryable(run: Run, stuck: readonly Task[], options: RetryOptions): void {
  const isMendable = run.state.status === "failed" || (!isTerminal(run.state) && stuck.length > 0);
  if (!isMendable) throw refusal(run, "retried", "Nothing in it failed.");
  const [first] = stuck;
  const isChanged = options.hint !== null || options.source !== undefined;
  if (first?.state.status !== "needs_review" || isChanged || options.force) return;
  const message = `${first.key} needs review (${first.state.reason}). Retrying unchanged would repeat it.`;
  throw new AasError("usage", message, { cure: `aas automate retry ${run.id} --hint "…", or --force` });
}

function refusal(run: Run, verb: string, why: string): AasError {
  return new AasError(
    "conflict",
    `Run ${run.id} is ${describeRunState(run.state)} and cannot be ${verb}. ${why}`,
    {
      cure: `aas automate status ${run.id}`,
    },
  );
}
