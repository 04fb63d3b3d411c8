import { AasError } from "../../domain/errors.ts";
import type { GivenSource } from "../../domain/run.ts";
import { modelCure } from "../../domain/model-cure.ts";
import { findNamedTasks } from "../../pipeline/planning/adopt-tasks.ts";
import { parseTaskPlan } from "../../pipeline/planning/parse-task-plan.ts";
import type { OpenedControl } from "../project/open-control.ts";

type Sourced = Pick<OpenedControl, "db" | "home" | "runnable" | "missingKey">;

/** Refuses what could only get stuck: a plan or tasks that nobody can build, and tasks that do not exist. */
export async function assertSource(control: Sourced, source: GivenSource): Promise<void> {
  const names = await modelTasksOf(control, source);
  if (control.runnable !== null || names.length === 0) return;
  if (control.missingKey !== null) throw control.missingKey;
  throw new AasError("no_model", `Only a model can build ${names.join(", ")}, and none is configured.`, {
    cure: `Name a blueprint in the plan, or a model. ${modelCure}`,
  });
}

async function modelTasksOf(control: Sourced, source: GivenSource): Promise<readonly string[]> {
  switch (source.kind) {
    case "goal":
      return [];
    case "plan": {
      const parsed = parseTaskPlan(source.json);
      const tasks = parsed.kind === "parsed" ? parsed.plan.tasks : [];
      return tasks.filter(({ builder }) => builder.kind === "model").map(({ id }) => id);
    }
    case "tasks": {
      const tasks = await findNamedTasks(control.db, { projectId: control.home.id }, source.keys);
      const missing = source.keys.filter((key) => !tasks.some((task) => task.key === key));
      if (missing.length > 0)
        throw new AasError("not_found", `These tasks do not exist: ${missing.join(", ")}.`, {
          cure: "aas task list",
        });
      return tasks.filter(({ builder }) => builder.kind === "model").map(({ key }) => key);
    }
  }
}
