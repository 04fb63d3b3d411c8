import { AasError } from "../../domain/errors.ts";
import type { Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import { describeRunState } from "../../domain/running/told-run-state.ts";
import { draftRun } from "../control/start-run.ts";
import { assertServed } from "../planning/assert-served.ts";
import { makeEvent } from "../recording/make-event.ts";
import type { SplitDeps, SplitRequest } from "./split-request.ts";

/** The run that pays for the splitting of a task: the one that was begun and not ended, or a new one. No worker drives it. */
export async function openSplitRun(deps: SplitDeps, request: SplitRequest, task: Task): Promise<Run> {
  const { projectId, key, policy, baseBranch } = request;
  const open = await deps.db.runs.list(projectId, { statuses: ["running"] });
  const begun = open.find(({ source }) => source.kind === "split" && source.key === key);
  if (begun !== undefined) return begun;
  assertServed(deps.planners, task.title);
  const baseSha = await deps.forge.fetchBase(baseBranch);
  if (baseSha === null) {
    throw new AasError("base_missing", `There is no branch ${baseBranch} to plan on.`, { cure: "aas init" });
  }
  const run: Run = {
    ...draftRun(deps, { projectId, goal: task.title, policy, baseBranch, baseSha }),
    source: { kind: "split", key },
    state: { status: "running", stage: "decompose" },
    startedAt: deps.clock.now(),
  };
  await deps.db.transaction(async (stores) => {
    await stores.runs.insert(run);
    const shared = { projectId, runId: run.id, subject: run.id };
    const reason = `splits ${key}: ${task.title}`;
    const details = { state: run.state };
    const to = describeRunState(run.state);
    await stores.events.append([makeEvent(deps, { ...shared, type: "run.created", to, reason, details })]);
    return true;
  });
  return run;
}
