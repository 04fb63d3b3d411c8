import { openMemoryDurable } from "../../../src/adapters/durable-memory/memory-durable.ts";
import type { RunId } from "../../../src/domain/ids.ts";
import { runWorkflowId } from "../../../src/pipeline/names.ts";
import { workflowDefinitions } from "../../../src/pipeline/driving/drive-runs.ts";
import type { StageFunction } from "../../../src/pipeline/driving/pass-stage.ts";
import type { PipelineDeps } from "../../../src/pipeline/pipeline-deps.ts";
import type { StageOutcome } from "../../../src/pipeline/driving/stage-outcome.ts";

/** Calls one stage function by itself, in a workflow of an engine of its own, and answers how it ended. */
export async function performStage(
  deps: PipelineDeps,
  stage: StageFunction,
  runId: RunId,
): Promise<StageOutcome> {
  const durable = openMemoryDurable();
  const own = { ...deps, durable };
  const { promise, resolve, reject } = Promise.withResolvers<StageOutcome>();
  const { queues, workflows } = workflowDefinitions(own, 2);
  const alone = {
    name: "run-goal",
    run: async (context: Parameters<StageFunction>[0]) => {
      await stage(context, own, runId).then(resolve, reject);
      return null;
    },
  };
  await durable.launch({
    queues,
    workflows: [...workflows.filter(({ name }) => name !== alone.name), alone],
  });
  const id = runWorkflowId(await deps.db.runs.get(runId));
  await durable.start({ workflow: alone.name, id, input: null, queue: null });
  try {
    return await promise;
  } finally {
    await durable.shutdown();
  }
}
