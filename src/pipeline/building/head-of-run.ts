import { AasError } from "../../domain/errors.ts";
import type { Sha } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import { branchName, integrationRef } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";

/** Where the branch stands on which a run collects its work. */
export type HeadOfRun =
  | { readonly kind: "not_begun" }
  | { readonly kind: "stands"; readonly sha: Sha }
  /** The branch is gone, or was put back: it does not have what these tasks brought. */
  | { readonly kind: "lost"; readonly tasks: readonly Task[] };

type LookingDeps = Pick<PipelineDeps, "db" | "git">;

/** Tasks before the branch: what is collected meanwhile stands on it already. */
export async function headOfRun({ db, git }: LookingDeps, run: Run): Promise<HeadOfRun> {
  const tasks = await db.tasks.listOfRun(run.id);
  const sha = await git.resolve(integrationRef(run.id));
  const standing = sha === null ? [] : await tasksStandingOn({ git }, run, sha, tasks);
  const lost = tasks.filter((task) => task.state.status === "collected" && !standing.includes(task));
  if (lost.length > 0) return { kind: "lost", tasks: lost };
  return sha === null ? { kind: "not_begun" } : { kind: "stands", sha };
}

/** Collected tasks whose own commit is among those that lead to this one: what is noted of them is no evidence. */
export async function tasksStandingOn(
  { git }: Pick<PipelineDeps, "git">,
  run: Run,
  head: Sha,
  tasks: readonly Task[],
): Promise<readonly Task[]> {
  const commits = new Set((await git.commitsBetween(run.baseSha, head)).map(({ sha }) => sha));
  return tasks.filter(({ state }) => state.status === "collected" && commits.has(state.sha));
}

/** For those who build upon it; the next look at the tasks mends what is not there. */
export async function getHeadOfRun(deps: LookingDeps, run: Run): Promise<Sha> {
  const head = await headOfRun(deps, run);
  if (head.kind === "stands") return head.sha;
  throw new AasError("git_failed", `${describeLoss(run, head)}.`, { retryable: true });
}

export function describeLoss(run: Run, head: Exclude<HeadOfRun, { readonly kind: "stands" }>): string {
  const branch = `The branch ${branchName(integrationRef(run.id))}`;
  if (head.kind === "not_begun") return `${branch} is not there`;
  return `${branch} does not have the work of ${head.tasks.map(({ key }) => key).join(", ")} any more`;
}
