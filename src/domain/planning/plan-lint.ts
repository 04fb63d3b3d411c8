import { checkPath } from "../path-policy.ts";
import { reachabilityOf } from "../graph/reachability.ts";
import { cyclicKeys, redundantEdges } from "../graph/task-graph.ts";
import type { PlannedTask, TaskPlan } from "./task-plan.ts";
import { topologicalOrder } from "../graph/topological-order.ts";

export type PlanLint =
  | {
      readonly kind: "accepted";
      readonly plan: TaskPlan;
      readonly repairs: readonly string[];
      readonly warnings: readonly string[];
    }
  | { readonly kind: "refused"; readonly problems: readonly string[] };

/** More than anybody would read; a goal that needs them is several goals. */
const maxTasks = 500;

/** Refuses what cannot be worked on, repairs what is only clumsy, and says every repair. */
export function lintPlan(plan: TaskPlan): PlanLint {
  const problems = findProblems(plan);
  if (problems.length > 0) return { kind: "refused", problems };
  const first = dropRepetitions(plan.tasks);
  const second = orderTasks(first.tasks);
  const repaired = { ...plan, tasks: second.tasks };
  return {
    kind: "accepted",
    plan: repaired,
    repairs: [...first.repairs, ...second.repairs],
    warnings: findWarnings(repaired),
  };
}

function findProblems(plan: TaskPlan): readonly string[] {
  const { tasks } = plan;
  if (tasks.length === 0) return ["The plan has no tasks."];
  if (tasks.length > maxTasks)
    return [`The plan has ${tasks.length} tasks; at most ${maxTasks} make one run.`];
  const ids = new Set(tasks.map((task) => task.id));
  const cyclic = cyclicKeys(tasks.map(toNode));
  return [
    ...repeatedIn(tasks.map((task) => task.id)).map((id) => `The id ${quote(id)} is used twice.`),
    ...tasks.flatMap((task) => problemsOf(task, ids)),
    ...(cyclic.length > 0 ? [`These tasks wait for each other: ${cyclic.map(quote).join(", ")}.`] : []),
  ];
}

/** What stands in a list more than once: each time but the first. */
function repeatedIn(items: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return items.filter((item) => seen.size === seen.add(item).size);
}

function problemsOf(task: PlannedTask, ids: ReadonlySet<string>): readonly string[] {
  const unknown = task.dependsOn.filter((id) => !ids.has(id));
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

function dropRepetitions(tasks: readonly PlannedTask[]): Repaired {
  return {
    tasks: tasks.map((task) => ({
      ...task,
      dependsOn: [...new Set(task.dependsOn)],
      files: [...new Set(task.files)],
    })),
    repairs: tasks.flatMap(({ id, dependsOn, files }) => [
      ...(repeatedIn(dependsOn).length > 0 ? [`${id} names each task it waits for once.`] : []),
      ...(repeatedIn(files).length > 0 ? [`${id} names each of its files once.`] : []),
    ]),
  };
}

/**
 * Two tasks that may run at once and name the same file would conflict: the later one waits for the earlier. All edges
 * that are added follow one order of the tasks, so they make no cycle. Edges that follow from others are dropped.
 */
function orderTasks(tasks: readonly PlannedTask[]): Repaired {
  const added = edgesOfSharedFiles(tasks);
  const nodes = tasks.map(({ id, dependsOn }) => ({
    key: id,
    dependsOn: [...dependsOn, ...(added.get(id)?.keys() ?? [])],
  }));
  const redundant = new Set(redundantEdges(nodes).map(([task, on]) => JSON.stringify([task, on])));
  const isNeeded = (task: string, on: string): boolean => !redundant.has(JSON.stringify([task, on]));
  const repairs: string[] = [];
  const repaired = tasks.map((task) => {
    const { id, dependsOn } = task;
    const more = [...(added.get(id) ?? [])].filter(([on]) => isNeeded(id, on));
    const dropped = dependsOn.filter((on) => !isNeeded(id, on));
    repairs.push(
      ...dropped.map((on) => `${id} no longer names ${on}: it follows through others.`),
      ...more.map(([on, files]) => `${id} now waits for ${on}: both change ${files.join(", ")}.`),
    );
    const kept = dependsOn.filter((on) => isNeeded(id, on));
    return { ...task, dependsOn: [...kept, ...more.map(([on]) => on)] };
  });
  return { tasks: repaired, repairs };
}

type AddedEdges = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** Who would have to wait for whom so that the tasks of each file come one after the other, and because of which files. */
function edgesOfSharedFiles(tasks: readonly PlannedTask[]): AddedEdges {
  const added = new Map<string, Map<string, string[]>>();
  for (const [file, sharing] of tasksOfFiles(tasks)) {
    for (const [index, later] of sharing.entries()) {
      const earlier = sharing[index - 1];
      if (earlier === undefined || later.dependsOn.includes(earlier.id)) continue;
      const ofLater = added.get(later.id) ?? new Map<string, string[]>();
      ofLater.set(earlier.id, [...(ofLater.get(earlier.id) ?? []), file]);
      added.set(later.id, ofLater);
    }
  }
  return added;
}

/** Folders are left out: two tasks may well write different files of one. */
function tasksOfFiles(tasks: readonly PlannedTask[]): ReadonlyMap<string, readonly PlannedTask[]> {
  const found = new Map<string, PlannedTask[]>();
  for (const { task } of topologicalOrder(tasks.map((each) => ({ ...toNode(each), task: each })))) {
    for (const file of task.files) {
      if (file.endsWith("/")) continue;
      found.set(file, [...(found.get(file) ?? []), task]);
    }
  }
  return found;
}

function findWarnings(plan: TaskPlan): readonly string[] {
  const count = plan.tasks.length;
  const isUnusual = (count < 5 || count > 10) && plan.sizeReason === null;
  return [
    ...(isUnusual
      ? [
          `The plan has ${count} ${count === 1 ? "task" : "tasks"} where five to ten are usual, and does not say why.`,
        ]
      : []),
    ...plan.tasks
      .filter((task) => task.acceptance.length === 0)
      .map((task) => `${task.id} has no acceptance command.`),
    ...findSharedFolders(plan.tasks),
  ];
}

/** A claim on a folder is no conflict yet, but may become one. */
function findSharedFolders(tasks: readonly PlannedTask[]): readonly string[] {
  const { reaches } = reachabilityOf(tasks.map(toNode));
  const folders = [...new Set(tasks.flatMap(({ files }) => files.filter((file) => file.endsWith("/"))))];
  return folders.flatMap((folder) => {
    const within = tasks.filter(({ files }) => files.some((file) => file.startsWith(folder)));
    const atOnce = within.filter(({ id }) =>
      within.some((other) => other.id !== id && !reaches(id, other.id) && !reaches(other.id, id)),
    );
    if (atOnce.length === 0) return [];
    return [`${atOnce.map(({ id }) => id).join(", ")} may change files of ${folder} at the same time.`];
  });
}

function toNode(task: PlannedTask): { readonly key: string; readonly dependsOn: readonly string[] } {
  return { key: task.id, dependsOn: task.dependsOn };
}

function quote(text: string): string {
  return JSON.stringify(text);
}
