import { AasError } from "../../domain/errors.ts";
import type { Budget, ProjectCaps } from "../../domain/money/budget.ts";
import type { ProjectId } from "../../domain/ids.ts";
import type { Json } from "../../domain/json.ts";
import type { Run } from "../../domain/run.ts";
import type { RunPolicy } from "../../domain/running/run-policy.ts";
import type { Stores } from "../../ports/database.ts";

const note = "caps";

/** What all runs of a project may spend together is the project's: the newest word counts for every run. */
export async function keepProjectCaps(
  { projects }: Pick<Stores, "projects">,
  projectId: ProjectId,
  { project, day }: ProjectCaps,
): Promise<void> {
  await projects.writeNote(projectId, note, { project: toJson(project), day: toJson(day) });
}

/**
 * Where nobody has said anything since, what the run was created with. A preview says nothing for other runs and asks
 * none: it has just read the settings.
 */
export async function readProjectCaps(
  { projects }: Pick<Stores, "projects">,
  { projectId, policy, source }: Pick<Run, "projectId" | "policy" | "source">,
): Promise<ProjectCaps> {
  if (source.kind === "preview") return capsOf(policy);
  const kept = await projects.readNote(projectId, note);
  return kept === null ? capsOf(policy) : toCaps(kept);
}

export function capsOf(policy: RunPolicy): ProjectCaps {
  return {
    project: {
      limitMicroUsd: policy.budgetPerProjectMicroUsd,
      warnMicroUsd: policy.budgetWarnPerProjectMicroUsd,
    },
    day: { limitMicroUsd: policy.budgetPerDayMicroUsd, warnMicroUsd: policy.budgetWarnPerDayMicroUsd },
  };
}

/** What cannot be read is no cap that anybody set: nothing is spent under it. */
function toCaps(kept: Json): ProjectCaps {
  const { project, day } = fieldsOf(kept);
  return { project: toBudget(project), day: toBudget(day) };
}

function toBudget(kept: Json | undefined): Budget {
  const { limitMicroUsd, warnMicroUsd } = fieldsOf(kept);
  return { limitMicroUsd: toAmount(limitMicroUsd), warnMicroUsd: toAmount(warnMicroUsd) };
}

function toAmount(kept: Json | undefined): number | null {
  if (kept === null || (typeof kept === "number" && Number.isSafeInteger(kept))) return kept;
  throw unreadable(kept);
}

function fieldsOf(kept: Json | undefined): Readonly<Record<string, Json | undefined>> {
  if (typeof kept === "object" && kept !== null && !Array.isArray(kept))
    return Object.fromEntries(Object.entries(kept));
  throw unreadable(kept);
}

function unreadable(kept: Json | undefined): AasError {
  return new AasError("internal", `The kept caps of the project cannot be read: ${JSON.stringify(kept)}.`, {
    cure: "Start or resume a run: the caps of the base branch are kept anew.",
  });
}

function toJson({ limitMicroUsd, warnMicroUsd }: Budget): Json {
  return { limitMicroUsd, warnMicroUsd };
}
