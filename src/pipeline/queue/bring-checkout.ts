import { messageOf } from "../../domain/errors.ts";
import type { Sha } from "../../domain/ids.ts";
import { pullCommand } from "../../domain/pull-command.ts";
import type { Run } from "../../domain/run.ts";
import type { CheckoutFollower, PipelineDeps } from "../pipeline-deps.ts";
import { whyLeftAlone } from "./why-left-alone.ts";

/**
 * The person's checkout follows what landed, only where they asked for it and only while nothing of theirs is in the
 * way. What is left alone is answered, with the command that brings it up: a landing stands, whatever becomes of it.
 */
export async function bringCheckout(
  deps: Pick<PipelineDeps, "checkout" | "log">,
  run: Run,
  landed: Sha,
): Promise<readonly string[]> {
  const { checkout } = deps;
  if (checkout === null) return [];
  if (checkout.kind === "remote") return [tellRemote(checkout.remote, run.baseBranch)];
  if (!run.policy.updateCheckout) return [];
  const why = await tryToFollow(deps, checkout, run, landed);
  if (why === null) return [];
  return [`Your checkout was left alone (${why}). To bring it up: ${pullCommand(null, run.baseBranch)}`];
}

function tellRemote(remote: string, branch: string): string {
  const where = `${branch} lives on the remote ${remote}, to which it was pushed`;
  return `Your checkout was left alone (${where}). To bring it up: ${pullCommand(remote, branch)}`;
}

type Following = Extract<CheckoutFollower, { readonly kind: "ours" }>;

/** Null: it followed. */
async function tryToFollow(
  { log }: Pick<PipelineDeps, "log">,
  checkout: Following,
  run: Run,
  landed: Sha,
): Promise<string | null> {
  try {
    return whyLeftAlone(await checkout.follow(run.baseBranch, landed), run.baseBranch);
  } catch (error) {
    log.warn({ runId: run.id, error }, "the checkout could not follow a landing");
    return messageOf(error);
  }
}
