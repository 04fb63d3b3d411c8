import { AasError } from "../../domain/errors.ts";
import { parseGoal } from "../../domain/goal.ts";
import { makeId, type ProjectId } from "../../domain/ids.ts";
import type { Priority } from "../../domain/priority.ts";
import type { Run, GivenSource } from "../../domain/run.ts";
import { describeRunState } from "../../domain/running/told-run-state.ts";
import { unprovenTasks } from "../../domain/planning/unproven-tasks.ts";
import type { RunPolicy } from "../../domain/running/run-policy.ts";
import type { Forge } from "../../ports/forge.ts";
import type { IdSource } from "../../ports/id-source.ts";
import type { Planner } from "../../ports/planner.ts";
import { parseTaskPlan } from "../planning/parse-task-plan.ts";
import { findNamedTasks } from "../planning/adopt-tasks.ts";
import { assertServed } from "../planning/assert-served.ts";
import { assertUsableSource } from "../planning/assert-usable-source.ts";
import { capsOf, keepProjectCaps } from "../paying/project-caps.ts";
import { configHashKey, keepSettingsNote } from "./settings-note.ts";
import { noChecksError } from "../planning/no-checks.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";

export interface StartRunDeps extends RecordingDeps {
  readonly ids: IdSource;
  readonly forge: Forge;
  readonly planners: readonly Planner[];
}

export interface RunRequest {
  readonly projectId: ProjectId;
  readonly goal: string;
  readonly priority: Priority;
  readonly assignee: string | null;
  readonly source: GivenSource;
  readonly policy: RunPolicy;
  readonly baseBranch: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Records a run, queued. Everything that can be refused is refused here, before anything is spent. */
export async function startRun(deps: StartRunDeps, request: RunRequest): Promise<Run> {
  const goal = parseGoal(request.goal);
  if (request.source.kind === "goal") assertServed(deps.planners, goal);
  await assertUsableSource(deps.db, request.projectId, request.source);
  await assertProvable(deps, request);
  const baseSha = await deps.forge.fetchBase(request.baseBranch);
  if (baseSha === null) {
    throw new AasError("base_missing", `There is no branch ${request.baseBranch} to build on.`, {
      cure: "aas init",
    });
  }
  const run = draftRun(deps, { ...request, goal, baseSha });
  await deps.db.transaction(async (stores) => {
    await stores.runs.insert(run);
    await keepProjectCaps(stores, run.projectId, capsOf(run.policy));
    const settingsHash = run.metadata[configHashKey];
    if (settingsHash !== undefined) await keepSettingsNote(stores, run, settingsHash);
    const shared = { projectId: run.projectId, runId: run.id, subject: run.id };
    const details = { state: run.state };
    const to = describeRunState(run.state);
    await stores.events.append([
      makeEvent(deps, { ...shared, type: "run.created", to, reason: run.goal, details }),
    ]);
    return true;
  });
  return run;
}

/** A run as it begins, not recorded yet. */
export function draftRun(
  deps: Pick<StartRunDeps, "ids" | "clock">,
  given: Pick<Run, "projectId" | "goal" | "policy" | "baseBranch" | "baseSha"> &
    Partial<Omit<RunRequest, "source"> & Pick<Run, "source">>,
): Run {
  return {
    priority: "medium",
    assignee: null,
    source: { kind: "goal" },
    metadata: {},
    ...given,
    id: makeId("run", deps.ids.next()),
    version: 1,
    state: { status: "queued" },
    stageResults: [],
    error: null,
    epoch: 1,
    createdAt: deps.clock.now(),
    startedAt: null,
    finishedAt: null,
  };
}

/** A plan by hand and tasks of the board stay as they are: what nothing would prove is refused before it costs anything. */
async function assertProvable(deps: StartRunDeps, request: RunRequest): Promise<void> {
  const ids = await findUnproven(deps, request);
  if (ids.length > 0) throw noChecksError(ids);
}

async function findUnproven(
  { db }: StartRunDeps,
  { source, policy, projectId }: RunRequest,
): Promise<readonly string[]> {
  switch (source.kind) {
    case "goal":
      return [];
    case "tasks": {
      const tasks = await findNamedTasks(db, { projectId }, source.keys);
      return unprovenTasks(policy.checks, tasks).map((task) => task.key);
    }
    case "plan": {
      const parsed = parseTaskPlan(source.json);
      const tasks = parsed.kind === "parsed" ? parsed.plan.tasks : [];
      return unprovenTasks(policy.checks, tasks).map((task) => task.id);
    }
  }
}
