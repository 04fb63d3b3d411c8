import type { RunId } from "../../domain/ids.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import { driveRequests, type Driven } from "../batching/drive-requests.ts";
import type { TaskRequest } from "../batching/read-requests.ts";
import { mayGoOn } from "../driving/may-go-on.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import type { StageOutcome } from "../driving/stage-outcome.ts";

/**
 * Batches → results. Partial results count at once; what brings none is asked for again, in batches or alone. A task is
 * built without an analysis only where asking again would bring the same.
 */
export async function wait(
  context: WorkflowContext,
  deps: PipelineDeps,
  runId: RunId,
): Promise<StageOutcome> {
  for (;;) {
    const look = await context.step("wait.look", () => lookOnce(deps, runId, context.signal));
    if (look.kind !== "waiting") return look;
    await context.waitSignal("wake", look.lookAgainMs);
  }
}

type Look = StageOutcome | Extract<Driven, { readonly kind: "waiting" }>;

async function lookOnce(deps: PipelineDeps, runId: RunId, signal: AbortSignal): Promise<Look> {
  if (!(await mayGoOn(deps, runId, "wait"))) return { kind: "interrupted" };
  const driven = await driveRequests(deps, runId, signal);
  return driven.kind === "settled" ? finish(driven.requests) : driven;
}

function finish(requests: readonly TaskRequest[]): StageOutcome {
  const without = requests.flatMap(({ task, step }) =>
    step.kind === "given_up" ? [`${task.key} is built without an analysis: ${step.status}.`] : [],
  );
  const answered = requests.length - without.length;
  return {
    kind: "finished",
    status: "success",
    output: requests.length === 0 ? "nothing to wait for" : `${answered}/${requests.length} back`,
    warnings: without,
    metrics: { answered, missing: without.length },
  };
}
