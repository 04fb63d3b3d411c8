import { wholeRepository } from "../../domain/path-policy.ts";
import type { Task } from "../../domain/task.ts";

/** What a builder may touch: the files its task names, or anything unprotected when it names none. */
export function scopeOf(task: Pick<Task, "files">): readonly string[] {
  return task.files.length > 0 ? task.files : [wholeRepository];
}
