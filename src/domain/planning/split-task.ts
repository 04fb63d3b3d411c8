import { type TaskKey, toTaskKey } from "../ids.ts";
import { isInScope } from "../path-policy.ts";
import type { Run } from "../run.ts";
import type { Task } from "../task.ts";
import type { PlannedTask } from "./task-plan.ts";

/** Why a task cannot be split into parts; null when it can. */
export function splitObstacle(task: Task, owner: Run | null, parts: readonly Task[]): string | null {
  const keys = parts.map(({ key }) => key).join(", ");
  if (parts.length > 0) return `${task.key} has its parts already: ${keys}.`;
  const { status } = task.state;
  if (status !== "queued" && status !== "needs_review")
    return `${task.key} is ${status}: too late to split it.`;
  const isFree = owner === null || owner.state.status === "completed" || owner.state.status === "canceled";
  return isFree ? null : `${task.key} belongs to ${owner.id}, which is not over.`;
}

/** `AAS-211` → `AAS-211-4` after its third part: a number is never given twice. */
export function nextPartKeys(
  parent: TaskKey,
  all: readonly Pick<Task, "key">[],
  count: number,
): readonly TaskKey[] {
  const taken = all
    .filter(({ key }) => key.startsWith(`${parent}-`))
    .map(({ key }) => Number(key.slice(parent.length + 1).split("-")[0]));
  const last = taken.reduce((most, each) => Math.max(most, each), 0);
  return Array.from({ length: count }, (_, index) => toTaskKey(`${parent}-${last + 1 + index}`));
}

/** What a task waits for once it has parts: those that no other part waits for, and through them all of them. */
export function lastParts(parts: readonly Pick<Task, "key" | "dependsOn">[]): readonly TaskKey[] {
  const needed = new Set(parts.flatMap(({ dependsOn }) => dependsOn));
  return parts.map(({ key }) => key).filter((key) => !needed.has(key));
}

/** Files that parts want and the whole did not name; a task that named none may change any. */
export function filesBeyond(task: Pick<Task, "files">, planned: readonly PlannedTask[]): readonly string[] {
  if (task.files.length === 0) return [];
  return [...new Set(planned.flatMap(({ files }) => files))].filter((file) => !isInScope(file, task.files));
}
