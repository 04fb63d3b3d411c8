import { messageOf } from "../../domain/errors.ts";
import type { Sha } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { CheckoutFollower, PipelineDeps } from "../pipeline-deps.ts";

/**
 * The person's checkout follows what landed, only where they asked for it and only while nothing of theirs is in the
 * way. What is left alone is answered, with the command that brings it up: a landing stands, whatever becomes of it.
 */
export async function bringCheckout(
  deps: Pick<PipelineDeps, "checkout" | "log">,
  run: Run,
  landed: Sha,
): Promise<readonly string[]> {
  if (deps.checkout === null || !run.policy.updateCheckout) return [];
  const why = await tryToFollow(deps, deps.checkout, run, landed);
  if (why === null) return [];
  return [`Your checkout was left alone (${why}). To bring it up: git merge --ff-only aas/${run.baseBranch}`];
}

/** Null: it followed. */
async function tryToFollow(
  { log }: Pick<PipelineDeps, "log">,
  checkout: CheckoutFollower,
  run: Run,
  landed: Sha,
): Promise<string | null> {
  try {
    const { kind } = await checkout.follow(run.baseBranch, landed);
    if (kind === "updated" || kind === "unchanged") return null;
    return kind === "not_on_branch" ? `it is not on ${run.baseBranch}` : kind.replaceAll("_", " ");
  } catch (error) {
    log.warn({ runId: run.id, error }, "the checkout could not follow a landing");
    return messageOf(error);
  }
}
