import { isCollected, type Task } from "../task.ts";
import type { PlannedTask } from "./task-plan.ts";

/** What a new plan means for the tasks of the plan before it. */
export interface Replan {
  /** Tasks that the new plan asks for in the same words. */
  readonly kept: readonly KeptTask[];
  readonly added: readonly PlannedTask[];
  /** Tasks that nobody asks for any more and nobody has built. */
  readonly dropped: readonly Task[];
  /** Built already: their work stands on the integration branch, whatever the new plan says. */
  readonly leftOver: readonly Task[];
}

export interface KeptTask {
  readonly task: Task;
  readonly planned: PlannedTask;
}

/** Names of tasks mean nothing from one plan to the next: what is the same is told by what is to be done. */
export function compareWithPlan(tasks: readonly Task[], planned: readonly PlannedTask[]): Replan {
  const known = new Map<string, Task[]>();
  for (const task of tasks.filter(({ state }) => state.status !== "canceled")) {
    const content = contentOf(task);
    known.set(content, [...(known.get(content) ?? []), task]);
  }
  const kept: KeptTask[] = [];
  const added: PlannedTask[] = [];
  for (const each of planned) {
    const task = known.get(contentOf(each))?.shift();
    if (task === undefined) added.push(each);
    else kept.push({ task, planned: each });
  }
  const rest = [...known.values()].flat();
  return {
    kept,
    added,
    dropped: rest.filter(({ state }) => !isCollected(state)),
    leftOver: rest.filter(({ state }) => isCollected(state)),
  };
}

type Content = Pick<PlannedTask, "title" | "description" | "type" | "files" | "acceptance" | "builder">;

/** What a builder would be asked to do. Priority and order are no part of it: they may change while the work stays. */
function contentOf({ title, description, type, files, acceptance, builder }: Content): string {
  const variables = builder.kind === "blueprint" ? toPairs(builder.variables) : [];
  const made = builder.kind === "blueprint" ? [builder.name, variables] : [];
  return JSON.stringify([title.trim(), description.trim(), type, files.toSorted(), acceptance, made]);
}

function toPairs(variables: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(variables)
    .map((pair) => JSON.stringify(pair))
    .toSorted();
}
