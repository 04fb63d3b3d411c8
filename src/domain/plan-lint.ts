import { checkPath } from "./path-policy.ts";
import { cyclicKeys, reaches, redundantEdges } from "./task-graph.ts";
import type { PlannedTask, TaskPlan } from "./task-plan.ts";

export type PlanLint =
  | {
      readonly kind: "accepted";
      readonly plan: TaskPlan;
      readonly repairs: readonly string[];
      readonly warnings: readonly string[];
    }
  | { readonly kind: "refused"; readonly problems: readonly string[] };

const maxTasks = 100;

/** Refuses what cannot be worked on, repairs what is only clumsy, and says every repair. */
export function lintPlan(plan: TaskPlan): PlanLint {
  const problems = findProblems(plan);
  if (problems.length > 0) return { kind: "refused", problems };
  const first = dropRepeatedEdges(plan.tasks);
  const second = dropRedundantEdges(first.tasks);
  const third = orderTasksOnOneFile(second.tasks);
  return {
    kind: "accepted",
    plan: { ...plan, tasks: third.tasks },
    repairs: [...first.repairs, ...second.repairs, ...third.repairs],
    warnings: findWarnings(plan),
  };
}

function findProblems(plan: TaskPlan): readonly string[] {
  const { tasks } = plan;
  if (tasks.length === 0) return ["The plan has no tasks."];
  if (tasks.length > maxTasks)
    return [`The plan has ${tasks.length} tasks; at most ${maxTasks} make one run.`];
  const ids = tasks.map((task) => task.id);
  const cyclic = cyclicKeys(tasks.map(toNode));
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `The id ${quote(id)} is used twice.`),
    ...tasks.flatMap((task) => problemsOf(task, ids)),
    ...(cyclic.length > 0 ? [`These tasks wait for each other: ${cyclic.map(quote).join(", ")}.`] : []),
  ];
}

function problemsOf(task: PlannedTask, ids: readonly string[]): readonly string[] {
  const unknown = task.dependsOn.filter((id) => !ids.includes(id));
  return [
    ...(task.title.trim() === "" ? [`Task ${quote(task.id)} has no title.`] : []),
    ...(task.dependsOn.includes(task.id) ? [`Task ${quote(task.id)} depends on itself.`] : []),
    ...unknown.map((id) => `Task ${quote(task.id)} depends on ${quote(id)}, which is not in the plan.`),
    ...(task.files.length === 0 ? [`Task ${quote(task.id)} names no files.`] : []),
    ...task.files.flatMap((path) => {
      const verdict = checkPath(path.replace(/\/$/u, ""));
      return verdict === null ? [] : [`Task ${quote(task.id)} names the file ${quote(path)}: ${verdict}.`];
    }),
  ];
}

interface Repaired {
  readonly tasks: readonly PlannedTask[];
  readonly repairs: readonly string[];
}

function dropRepeatedEdges(tasks: readonly PlannedTask[]): Repaired {
  return {
    tasks: tasks.map((task) => ({ ...task, dependsOn: [...new Set(task.dependsOn)] })),
    repairs: tasks
      .filter((task) => new Set(task.dependsOn).size < task.dependsOn.length)
      .map((task) => `${task.id} names each task it waits for once.`),
  };
}

function dropRedundantEdges(tasks: readonly PlannedTask[]): Repaired {
  const redundant = redundantEdges(tasks.map(toNode));
  const isRedundant = (task: string, on: string): boolean =>
    redundant.some((edge) => edge[0] === task && edge[1] === on);
  return {
    tasks: tasks.map((task) => ({
      ...task,
      dependsOn: task.dependsOn.filter((on) => !isRedundant(task.id, on)),
    })),
    repairs: redundant.map(([task, on]) => `${task} no longer names ${on}: it follows through others.`),
  };
}

/** Two tasks that may run at once and name the same file would conflict: the later one waits for the earlier. */
function orderTasksOnOneFile(tasks: readonly PlannedTask[]): Repaired {
  let current = tasks;
  const repairs: string[] = [];
  for (const [index, later] of tasks.entries()) {
    for (const earlier of tasks.slice(0, index)) {
      const shared = later.files.filter((file) => !file.endsWith("/") && earlier.files.includes(file));
      const nodes = current.map(toNode);
      const areOrdered = reaches(nodes, later.id, earlier.id) || reaches(nodes, earlier.id, later.id);
      if (shared.length === 0 || areOrdered) continue;
      current = current.map((task) => (task.id === later.id ? withDependency(task, earlier.id) : task));
      repairs.push(`${later.id} now waits for ${earlier.id}: both change ${shared.join(", ")}.`);
    }
  }
  return { tasks: current, repairs };
}

function withDependency(task: PlannedTask, on: string): PlannedTask {
  return { ...task, dependsOn: [...task.dependsOn, on] };
}

function findWarnings(plan: TaskPlan): readonly string[] {
  const count = plan.tasks.length;
  const isUnusual = (count < 5 || count > 10) && plan.sizeReason === null;
  return [
    ...(isUnusual ? [`The plan has ${count} tasks where five to ten are usual, and does not say why.`] : []),
    ...plan.tasks
      .filter((task) => task.acceptance.length === 0)
      .map((task) => `${task.id} has no acceptance command.`),
  ];
}

function toNode(task: PlannedTask): { readonly key: string; readonly dependsOn: readonly string[] } {
  return { key: task.id, dependsOn: task.dependsOn };
}

function quote(text: string): string {
  return JSON.stringify(text);
}
