import type { Sha } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";

/**
 * The person's checkout follows what landed, only where they asked for it and only while nothing of theirs is in the
 * way. What is left alone is answered, with the command that brings it up.
 */
export async function bringCheckout(
  deps: Pick<PipelineDeps, "checkout">,
  run: Run,
  landed: Sha,
): Promise<readonly string[]> {
  if (deps.checkout === null || !run.policy.updateCheckout) return [];
  const outcome = await deps.checkout.follow(run.baseBranch, landed);
  if (outcome.kind === "updated" || outcome.kind === "unchanged") return [];
  const why =
    outcome.kind === "not_on_branch" ? `it is not on ${run.baseBranch}` : outcome.kind.replaceAll("_", " ");
  return [`Your checkout was left alone (${why}). To bring it up: git merge --ff-only aas/${run.baseBranch}`];
}
