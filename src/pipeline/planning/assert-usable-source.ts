import { AasError } from "../../domain/errors.ts";
import type { ProjectId } from "../../domain/ids.ts";
import { lintPlan } from "../../domain/planning/plan-lint.ts";
import type { GivenSource } from "../../domain/run.ts";
import type { Stores } from "../../ports/database.ts";
import { parseTaskPlan } from "./parse-task-plan.ts";
import { findNamedTasks } from "./adopt-tasks.ts";

/** A plan by hand or named tasks that cannot be worked on are refused where they are given, not by a run that pauses. */
export async function assertUsableSource(
  db: Pick<Stores, "tasks">,
  projectId: ProjectId,
  source: GivenSource,
): Promise<void> {
  if (source.kind === "plan") assertPlanUsable(source.json);
  if (source.kind !== "tasks") return;
  const found = await findNamedTasks(db, { projectId }, source.keys);
  const missing = source.keys.filter((key) => !found.some((task) => task.key === key));
  if (missing.length === 0) return;
  throw new AasError("not_found", `These tasks do not exist: ${missing.join(", ")}.`, {
    cure: "aas task list",
  });
}

function assertPlanUsable(json: string): void {
  const parsed = parseTaskPlan(json);
  if (parsed.kind === "unreadable") throw refusal(parsed.problems);
  const lint = lintPlan(parsed.plan);
  if (lint.kind === "refused") throw refusal(lint.problems);
}

function refusal(problems: readonly string[]): AasError {
  return new AasError("plan_invalid", `The plan cannot be used. ${problems.join(" ")}`, {
    cure: 'Mend the file given with --plan: { "tasks": [{ "id", "title", "files": ["src/a.ts"], "dependsOn": ["id"], "acceptance": [["program", "argument"]] }] }',
  });
}
