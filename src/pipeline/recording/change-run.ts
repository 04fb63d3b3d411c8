import type { EventType } from "../../domain/event.ts";
import type { RunId } from "../../domain/ids.ts";
import {
  applyRunEvent,
  isTerminal,
  type Run,
  type RunError,
  type RunEvent,
  type RunState,
} from "../../domain/run.ts";
import type { MoneyQuestion } from "../../domain/money/money-question.ts";
import { isAfter, type StageResult } from "../../domain/stage.ts";
import { describeRunState } from "../../domain/running/told-run-state.ts";
import type { Stores } from "../../ports/database.ts";
import { endAttempts } from "./change-attempt.ts";
import { compareAndSet, type Decision, keep, lost } from "./compare-and-set.ts";
import { makeEvent, type RecordingDeps } from "./make-event.ts";

export interface RunChangeNote {
  readonly reason?: string;
  /** Which question of money it is about. */
  readonly question?: MoneyQuestion;
  readonly error?: RunError;
  /** What the stage that ends with this event left behind; written together with it. */
  readonly result?: StageResult;
  /** Only in this round of the run: a workflow of an earlier one has nothing to say any more. */
  readonly epoch?: number;
  /** What a person changes of what was frozen, written together with the event. */
  readonly amend?: (run: Run) => Pick<Run, "policy" | "source">;
  /** What else is written together with the event. False: it was changed since it was read. */
  readonly along?: (stores: Stores) => Promise<boolean>;
}

/** Applies an event to a run; nothing is written when it has no meaning in the run's state. */
export async function changeRun(
  deps: RecordingDeps,
  id: RunId,
  event: RunEvent,
  note: RunChangeNote = {},
): Promise<Run> {
  return compareAndSet<Run>(
    deps,
    {
      load: (stores) => stores.runs.get(id),
      replace: async (stores, next) =>
        (await stores.runs.replace(next)) &&
        (event.type !== "failed" || (await endInterrupted(stores, deps, next))),
    },
    async (run, stores) => {
      const decision = decideRunChange(deps, run, event, note);
      if (decision.kind !== "write" || note.along === undefined) return decision;
      return (await note.along(stores)) ? decision : lost;
    },
  );
}

/**
 * A task that waits to go on has nobody at work on it. One that is active stays so until this is written: whoever is at
 * work on it leaves it after that, and sees that the run has failed.
 */
async function endInterrupted(stores: Stores, deps: RecordingDeps, run: Run): Promise<boolean> {
  for (const { id } of await stores.tasks.listOfRun(run.id)) {
    if (await stores.tasks.isActiveIn(id, run.id)) continue;
    const task = await stores.tasks.get(id);
    if (task.state.status !== "queued") continue;
    if (!(await endAttempts(stores, deps, task, { type: "canceled" }))) return false;
  }
  return true;
}

/** The same as a decision, for those who write something else with it. */
export function decideRunChange(
  deps: Pick<RecordingDeps, "clock" | "actor">,
  run: Run,
  event: RunEvent,
  note: Omit<RunChangeNote, "along"> = {},
): Decision<Run> {
  if (note.epoch !== undefined && note.epoch !== run.epoch) return keep;
  const state = applyRunEvent(run.state, event);
  if (state === run.state) return keep;
  const changed = {
    ...run,
    ...note.amend?.(run),
    state,
    ...datesAfter(run, state, deps.clock.now()),
    error: errorAfter(run, event, note),
    epoch: isRetry(event) ? run.epoch + 1 : run.epoch,
    stageResults: resultsAfter(run.stageResults, event, note),
  };
  const told = makeEvent(deps, {
    projectId: run.projectId,
    runId: run.id,
    type: eventTypes[event.type],
    subject: run.id,
    from: describeRunState(run.state),
    to: describeRunState(state),
    reason: note.reason ?? note.error?.message ?? null,
    details: { state, ...questionOf(note) },
  });
  const events = [...finishedStage(deps, run, note), told];
  return { kind: "write", next: changed, events };
}

function questionOf({ question }: RunChangeNote): { readonly question?: MoneyQuestion } {
  return question === undefined ? {} : { question };
}

/** Who resumes or retries has seen what was wrong. */
function errorAfter(run: Run, event: RunEvent, note: RunChangeNote): Run["error"] {
  const isSeen = isRetry(event) || event.type === "resumed" || event.type === "answered";
  return note.error ?? (isSeen ? null : run.error);
}

function isRetry({ type }: RunEvent): boolean {
  return type === "retried" || type === "sent_back";
}

const eventTypes: Readonly<Record<RunEvent["type"], EventType>> = {
  started: "run.started",
  stage_entered: "run.stage_entered",
  paused: "run.paused",
  resumed: "run.resumed",
  answered: "run.resumed",
  completed: "run.completed",
  failed: "run.failed",
  canceled: "run.canceled",
  retried: "run.retried",
  sent_back: "run.retried",
};

function datesAfter(run: Run, state: RunState, now: Date): Pick<Run, "startedAt" | "finishedAt"> {
  return {
    startedAt: run.startedAt ?? (state.status === "running" ? now : null),
    finishedAt: isTerminal(state) ? now : null,
  };
}

/** A stage that is done again leaves its newer result; what a run is sent back behind has left none. */
function resultsAfter(
  results: readonly StageResult[],
  event: RunEvent,
  { result }: RunChangeNote,
): readonly StageResult[] {
  if (event.type === "sent_back")
    return results.filter(({ stage }) => stage !== event.stage && !isAfter(stage, event.stage));
  return result === undefined ? results : [...results.filter((each) => each.stage !== result.stage), result];
}

function finishedStage(
  deps: Pick<RecordingDeps, "clock" | "actor">,
  run: Run,
  note: RunChangeNote,
): readonly ReturnType<typeof makeEvent>[] {
  if (note.result === undefined) return [];
  const { stage, status, output, metrics } = note.result;
  return [
    makeEvent(deps, {
      projectId: run.projectId,
      runId: run.id,
      type: "run.stage_finished",
      subject: run.id,
      from: stage,
      to: status,
      reason: output,
      details: { stage, metrics },
    }),
  ];
}
