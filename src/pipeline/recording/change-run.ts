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
import type { Stores } from "../../ports/database.ts";
import type { StageResult } from "../../domain/stage.ts";
import { describeRunState } from "../../domain/told-run-state.ts";
import { endAttempts } from "./change-attempt.ts";
import { compareAndSet, type Decision, keep } from "./compare-and-set.ts";
import { makeEvent, type RecordingDeps } from "./make-event.ts";

export interface RunChangeNote {
  readonly reason?: string;
  readonly error?: RunError;
  /** What the stage that ends with this event left behind; written together with it. */
  readonly result?: StageResult;
  /** Only in this round of the run: a workflow of an earlier one has nothing to say any more. */
  readonly epoch?: number;
  /** What a person changes of what was frozen, written together with the event. */
  readonly amend?: (run: Run) => Pick<Run, "policy" | "source">;
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
    (run) => decideRunChange(deps, run, event, note),
  );
}

/** A task that waits to go on has nobody at work on it; one that is active is left by whoever is at work on it. */
async function endInterrupted(stores: Stores, deps: RecordingDeps, run: Run): Promise<boolean> {
  for (const task of await stores.tasks.listOfRun(run.id)) {
    if (task.state.status !== "queued") continue;
    if (!(await endAttempts(stores, deps, task, { type: "canceled" }))) return false;
  }
  return true;
}

function decideRunChange(deps: RecordingDeps, run: Run, event: RunEvent, note: RunChangeNote): Decision<Run> {
  if (note.epoch !== undefined && note.epoch !== run.epoch) return keep;
  const state = applyRunEvent(run.state, event);
  if (state === run.state) return keep;
  const changed = {
    ...run,
    ...note.amend?.(run),
    state,
    ...datesAfter(run, state, deps.clock.now()),
    error: errorAfter(run, event, note),
    epoch: event.type === "retried" ? run.epoch + 1 : run.epoch,
    stageResults: note.result === undefined ? run.stageResults : withResult(run.stageResults, note.result),
  };
  const told = makeEvent(deps, {
    projectId: run.projectId,
    runId: run.id,
    type: eventTypes[event.type],
    subject: run.id,
    from: describeRunState(run.state),
    to: describeRunState(state),
    reason: note.reason ?? note.error?.message ?? null,
    details: { state },
  });
  return { kind: "write", next: changed, events: [...finishedStage(deps, run, note), told] };
}

/** Who resumes or retries has seen what was wrong. */
function errorAfter(run: Run, event: RunEvent, note: RunChangeNote): Run["error"] {
  const isSeen = event.type === "retried" || event.type === "resumed";
  return note.error ?? (isSeen ? null : run.error);
}

const eventTypes: Readonly<Record<RunEvent["type"], EventType>> = {
  started: "run.started",
  stage_entered: "run.stage_entered",
  paused: "run.paused",
  resumed: "run.resumed",
  completed: "run.completed",
  failed: "run.failed",
  canceled: "run.canceled",
  retried: "run.retried",
};

function datesAfter(run: Run, state: RunState, now: Date): Pick<Run, "startedAt" | "finishedAt"> {
  return {
    startedAt: run.startedAt ?? (state.status === "running" ? now : null),
    finishedAt: isTerminal(state) ? now : null,
  };
}

/** A stage that is done again after a retry leaves its newer result. */
function withResult(results: readonly StageResult[], result: StageResult): readonly StageResult[] {
  return [...results.filter((each) => each.stage !== result.stage), result];
}

function finishedStage(
  deps: RecordingDeps,
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
