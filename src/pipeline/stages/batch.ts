import type { RunId } from "../../domain/ids.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import { sendDue } from "../batching/drive-requests.ts";
import { mayGoOn } from "../driving/may-go-on.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import type { StageOutcome } from "../driving/stage-outcome.ts";

const reconcilePauseMs = 5_000;

/** What hangs in the air for longer is found out while the run waits: a provider may take a day to say it. */
const patienceMs = 60_000;

/** Tasks → provider batches at half price. Everything is written down before it is sent. */
export async function batch(
  context: WorkflowContext,
  deps: PipelineDeps,
  runId: RunId,
): Promise<StageOutcome> {
  for (;;) {
    const sent = await context.step("batch.send", () => send(deps, runId, context.signal));
    if (sent.kind !== "uncertain") return sent;
    await context.sleep(reconcilePauseMs);
  }
}

async function send(
  deps: PipelineDeps,
  runId: RunId,
  signal: AbortSignal,
): Promise<StageOutcome | { readonly kind: "uncertain" }> {
  if (!(await mayGoOn(deps, runId, "batch"))) return { kind: "interrupted" };
  const sent = await sendDue(deps, await deps.db.runs.get(runId), signal);
  if (sent.kind === "paused") return sent;
  const { unknownSince } = sent;
  const isHoped = unknownSince !== null && deps.clock.now().getTime() - unknownSince.getTime() < patienceMs;
  return isHoped ? { kind: "uncertain" } : finish(deps, runId);
}

async function finish(deps: PipelineDeps, runId: RunId): Promise<StageOutcome> {
  const batches = await deps.db.batches.listOfRun(runId);
  const requests = batches.reduce((sum, each) => sum + each.items.length, 0);
  return {
    kind: "finished",
    status: "success",
    output: requests === 0 ? "nothing sent in batches" : `sent ${requests} requests`,
    metrics: { requests, batches: batches.length },
  };
}
