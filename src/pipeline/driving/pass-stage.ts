import { type AasError, isAasError, messageOf } from "../../domain/errors.ts";
import { diskFull, isOfFullDisk } from "../../domain/full-disk.ts";
import { moneyQuestionOf } from "../../domain/money/money-question.ts";
import type { ProviderWait } from "../../domain/calling/provider-gate.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Run, RunError, RunEvent } from "../../domain/run.ts";
import { currentStage, hasPassed, isTerminal } from "../../domain/run.ts";
import { makeStageResult, type Stage, stageAfter } from "../../domain/stage.ts";
import type { Stores } from "../../ports/database.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { closeStagingOfRun, withdrawOfRun } from "../queue/reject.ts";
import { changeRun } from "../recording/change-run.ts";
import { insist } from "./insist.ts";
import { pauseIfPastTimeout } from "./run-timeout.ts";
import { tellWait } from "./tell-wait.ts";
import type { StageOutcome } from "./stage-outcome.ts";

export type StageFunction = (
  context: WorkflowContext,
  deps: PipelineDeps,
  runId: RunId,
) => Promise<StageOutcome>;

export interface StagePass {
  readonly context: WorkflowContext;
  readonly deps: PipelineDeps;
  readonly runId: RunId;
  /** The round of the run that this workflow drives. */
  readonly epoch: number;
  readonly stage: Stage;
  readonly perform: StageFunction;
}

/** A person may be away for long; a signal wakes the run at once, this only bounds the cost of a lost one. */
const pausedLookMs = 60_000;

/** Before a stage is entered again that an outage or a person interrupted; doubled with each outage after another. */
const interruptedPauseMs = 1_000;

/** About two minutes: what lasts longer is told to a person. */
const maxOutages = 8;

/** Takes a run through one stage, waiting out every pause. False: the run is settled and nothing follows. */
export async function passStage(pass: StagePass): Promise<boolean> {
  const { context, deps, runId, stage } = pass;
  let outages = 0;
  for (;;) {
    const entry = await insist(context, `${stage}.enter`, () => enterStage(pass));
    if (entry === "settled") return false;
    if (entry === "passed") return true;
    if (entry === "paused") {
      await context.waitSignal("wake", pausedLookMs);
      continue;
    }
    const performed = await performSafely(pass);
    if (performed.kind === "waiting") {
      // Of all that was asked nothing was refused: a wait is no outage, however long it lasts.
      outages = 0;
      await insist(context, `${stage}.tell_wait`, () => tellWait(deps, runId, performed.wait));
      await context.waitSignal("wake", performed.wait.waitMs);
      continue;
    }
    outages = performed.kind === "outage" ? outages + 1 : 0;
    const outcome = performed.kind === "outage" ? outcomeOfOutage(performed.error, outages) : performed;
    if (outcome.kind === "interrupted")
      await context.sleep(interruptedPauseMs * 2 ** Math.min(Math.max(0, outages - 1), maxOutages - 2));
    const settled = await insist(context, `${stage}.settle`, () => settleStage(pass, outcome));
    if (settled !== "again") return settled === "passed";
  }
}

type Entry = "perform" | "passed" | "paused" | "settled";

async function enterStage({ deps, runId, epoch, stage }: StagePass): Promise<Entry> {
  let run = await deps.db.runs.get(runId);
  if (run.epoch !== epoch) return "settled";
  if (run.state.status === "queued") run = await changeRun(deps, runId, { type: "started" });
  if (isTerminal(run.state)) return "settled";
  if (hasPassed(run, stage)) return "passed";
  if (run.state.status === "paused") {
    if (!(await isAnswered(deps, run))) return "paused";
    run = await changeRun(deps, runId, { type: "answered" }, { reason: "every question is answered" });
  }
  if (await pauseIfPastTimeout(deps, run)) return "paused";
  if (currentStage(run.state) !== stage) await changeRun(deps, runId, { type: "stage_entered", stage });
  return "perform";
}

/** Whoever answered may have died before the run was resumed, or was quicker than the pause. */
async function isAnswered(deps: PipelineDeps, run: Run): Promise<boolean> {
  if (run.state.status !== "paused" || run.state.reason !== "approval") return false;
  const approvals = await deps.db.queue.listApprovals(run.id);
  return approvals.every((approval) => approval.state.status !== "pending");
}

type Interruption =
  | { readonly kind: "outage"; readonly error: AasError }
  | { readonly kind: "waiting"; readonly wait: ProviderWait };

/** A surprise fails the run, not only its workflow: people look at runs. An outage is no verdict: the stage goes on later. */
async function performSafely(pass: StagePass): Promise<StageOutcome | Interruption> {
  const { context, deps, runId, stage } = pass;
  try {
    return await pass.perform(context, deps, runId);
  } catch (thrown) {
    if (context.signal.aborted) throw thrown;
    const error = isOfFullDisk(thrown) && !isAasError(thrown) ? diskFull(messageOf(thrown), thrown) : thrown;
    if (isAasError(error, "provider_waiting") && error.waiting !== null)
      return { kind: "waiting", wait: error.waiting };
    if (isAasError(error) && error.retryable) {
      deps.log.warn({ runId, stage, error }, "stage interrupted by an outage");
      return { kind: "outage", error };
    }
    deps.log.error({ runId, stage, error }, "stage failed unexpectedly");
    return outcomeOfError(error, `aas automate retry ${runId}`);
  }
}

function outcomeOfOutage(error: AasError, outages: number): StageOutcome {
  // Nothing is known that would be worth a verdict, and whoever makes room is not asked to repeat anything.
  if (outages < maxOutages || error.code === "disk_full") return { kind: "interrupted" };
  const message = `${error.message} ${error.cure ?? ""}`.trim();
  if (error.code === "provider_unavailable") return { kind: "paused", reason: "provider", message };
  return { kind: "failed", code: "environment", message: error.message, cure: error.cure };
}

/** An error with a name says what is wrong around us and what mends it; only one without is a fault of ours. */
function outcomeOfError(error: unknown, cure: string): StageOutcome {
  const message = messageOf(error);
  if (!isAasError(error) || error.code === "internal")
    return { kind: "failed", code: "internal", message, cure };
  const question = moneyQuestionOf(error);
  if (question !== null)
    return { kind: "paused", reason: "money", question, message: `${message} ${error.cure ?? ""}`.trim() };
  return { kind: "failed", code: "environment", message, cure: error.cure ?? cure };
}

async function settleStage(pass: StagePass, outcome: StageOutcome): Promise<"passed" | "settled" | "again"> {
  const { deps, runId, epoch } = pass;
  switch (outcome.kind) {
    case "interrupted":
      return "again";
    case "paused":
      await changeRun(
        deps,
        runId,
        { type: "paused", reason: outcome.reason },
        {
          reason: outcome.message,
          epoch,
          ...(outcome.reason === "money" ? { question: outcome.question } : {}),
        },
      );
      return "again";
    case "failed":
      await failRun(pass, outcome);
      return "settled";
    case "finished":
      return finishStage(pass, outcome);
  }
}

async function failRun(
  { deps, runId, epoch, stage }: StagePass,
  outcome: Extract<StageOutcome, { kind: "failed" }>,
): Promise<void> {
  const { code, message, cure, details = [] } = outcome;
  const error: RunError = { code, message, cure };
  const result = makeStageResult({
    stage,
    status: "failure",
    output: message,
    errors: [message, ...details],
    finishedAt: deps.clock.now(),
  });
  const along = (stores: Stores): Promise<boolean> => withdrawOfRun(deps, stores, runId);
  await changeRun(deps, runId, { type: "failed", code }, { error, result, epoch, along });
  await closeStagingOfRun(deps, runId);
}

async function finishStage(
  { deps, runId, epoch, stage }: StagePass,
  outcome: Extract<StageOutcome, { kind: "finished" }>,
): Promise<"passed" | "settled" | "again"> {
  const { status, output, warnings = [], metrics = {} } = outcome;
  const result = makeStageResult({ stage, status, output, warnings, metrics, finishedAt: deps.clock.now() });
  const run = await deps.db.runs.get(runId);
  const event = nextEvent(
    stage,
    [...run.stageResults, result].some((each) => each.status === "partial"),
  );
  const changed = await changeRun(deps, runId, event, { result, epoch });
  if (isTerminal(changed.state) || changed.epoch !== epoch) return "settled";
  return hasPassed(changed, stage) ? "passed" : "again";
}

function nextEvent(stage: Stage, isPartial: boolean): RunEvent {
  const next = stageAfter(stage);
  if (next !== null) return { type: "stage_entered", stage: next };
  return { type: "completed", outcome: isPartial ? "partial" : "full" };
}
