import type { RunId } from "../../domain/ids.ts";
import type { Priority } from "../../domain/priority.ts";
import { isTerminal, type Run, type RunEvent } from "../../domain/run.ts";
import type { Stores } from "../../ports/database.ts";
import type { RecordPlanDeps } from "../planning/record-plan.ts";
import { decideRunChange, type RunChangeNote } from "../recording/change-run.ts";
import { writeTaskChange } from "../recording/change-task.ts";
import { compareAndSet, type Decision, keep, lost } from "../recording/compare-and-set.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";
import { amendRun, describeAmendment, type RunAmendment } from "./amend-run.ts";
import { refuseSteering } from "./refuse-steering.ts";
import { keepProjectCaps } from "../paying/project-caps.ts";
import { keepSettingsNote } from "./settings-note.ts";
import { assertHigher } from "./assert-higher.ts";
import { takeNewSource } from "./take-new-source.ts";

/**
 * What a person wants of a run is looked at, decided and written in one transaction: with all that belongs to it, or not
 * at all. A run that moved meanwhile is looked at again.
 */
export async function steer(
  deps: Pick<RecordingDeps, "db">,
  id: RunId,
  decide: (run: Run, stores: Stores) => Decision<Run> | Promise<Decision<Run>>,
): Promise<Run> {
  return compareAndSet<Run>(
    deps,
    { load: (stores) => stores.runs.get(id), replace: (stores, next) => stores.runs.replace(next) },
    decide,
  );
}

/** Stops a run at its next safe point; nothing that was done is lost. What it waited for waits with it. */
export async function pauseRun(deps: RecordingDeps, id: RunId): Promise<Run> {
  return steer(deps, id, (run) => {
    if (run.source.kind === "split")
      throw refuseSteering(run, "paused", `It makes parts of ${run.source.key} and ends with its command.`);
    if (run.state.status !== "running" && run.state.status !== "paused")
      throw refuseSteering(run, "paused", "Only a running run can be paused.");
    const reason = `paused by ${deps.actor}`;
    return decideRunChange(deps, run, { type: "paused", reason: "person" }, { reason });
  });
}

export async function resumeRun(deps: RecordPlanDeps, id: RunId, options: RunAmendment = {}): Promise<Run> {
  return steer(deps, id, async (run, stores) => {
    if (run.state.status !== "paused")
      throw refuseSteering(run, "resumed", "Only a paused run can be resumed.");
    if (run.state.reason === "approval")
      throw refuseSteering(run, "resumed", `It waits for an answer: aas automate approve ${id}`);
    assertHigher(run, options);
    return decideAmended(deps, stores, run, { event: { type: "resumed" }, words: "resumed", options });
  });
}

/** The event, with what a person changes of what was frozen. */
async function decideAmended(
  deps: RecordPlanDeps,
  stores: Stores,
  run: Run,
  given: { readonly event: RunEvent; readonly words: string; readonly options: RunAmendment },
): Promise<Decision<Run>> {
  const { event, words, options } = given;
  if (options.source !== undefined && !(await takeNewSource(deps, stores, run, options.source))) return lost;
  if (options.caps !== undefined) await keepProjectCaps(stores, run.projectId, options.caps);
  if (options.settingsHash !== undefined)
    await keepSettingsNote(stores, { ...run, version: run.version + 1 }, options.settingsHash);
  const note: RunChangeNote = {
    reason: [`${words} by ${deps.actor}`, ...describeAmendment(options)].join(", "),
    amend: (each) => amendRun(each, options),
  };
  return decideRunChange(deps, run, event, note);
}

export async function prioritizeRun(deps: RecordingDeps, id: RunId, priority: Priority): Promise<Run> {
  return steer(deps, id, (run) => {
    if (isTerminal(run.state)) throw refuseSteering(run, "given another priority", "It is settled already.");
    if (run.priority === priority) return keep;
    const shared = { projectId: run.projectId, runId: run.id, subject: run.id };
    const told = makeEvent(deps, { ...shared, type: "run.prioritized", from: run.priority, to: priority });
    return { kind: "write", next: { ...run, priority }, events: [told] };
  });
}

/** Ends a run for good. Its branches and results stay; its worker stops what is under way. */
export async function cancelRun(deps: RecordingDeps, id: RunId): Promise<Run> {
  return steer(deps, id, async (run, stores) => {
    const reason = `canceled by ${deps.actor}`;
    const decision = decideRunChange(deps, run, { type: "canceled" }, { reason });
    if (decision.kind !== "write" && run.state.status !== "canceled")
      throw refuseSteering(run, "canceled", "It is settled already.");
    for (const task of await stores.tasks.listOfRun(id)) {
      if (task.state.status !== "queued") continue;
      if (!(await writeTaskChange(deps, stores, task, { event: { type: "canceled" } }))) return lost;
    }
    return decision;
  });
}
