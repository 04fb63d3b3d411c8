import type { CheckDefinition } from "../check.ts";

/**
 * Tasks that nothing would prove: the repository has no check that must pass, and they bring no acceptance command of
 * their own. Work on them could only be believed.
 */
export function unprovenTasks<Task extends { readonly acceptance: readonly (readonly string[])[] }>(
  checks: readonly CheckDefinition[],
  tasks: readonly Task[],
): readonly Task[] {
  if (checks.some((check) => check.gate === "must")) return [];
  return tasks.filter((task) => task.acceptance.length === 0);
}
