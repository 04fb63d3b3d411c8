import type { RunId } from "../../domain/ids.ts";
import { integrationRef } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { enqueue } from "./enqueue.ts";

/** Puts what a run has collected into the queue; after a rejection it is another entry of the same work. */
export async function enqueueRun(deps: PipelineDeps, runId: RunId): Promise<string> {
  const run = await deps.db.runs.get(runId);
  const head = await deps.git.resolve(integrationRef(runId));
  const needsApproval = run.policy.requireApproval || !run.policy.mergeAuto;
  const entry = await enqueue(deps, run, { kind: "run", source: head ?? run.baseSha, needsApproval });
  return entry.id;
}
