import type { RunId } from "../../domain/ids.ts";
import type { WorkflowContext } from "../../ports/durable.ts";
import { queueNotification } from "../notifying/queue-notification.ts";
import { renderRunMessage } from "../notifying/run-message.ts";
import { syncBoard } from "../board/sync-board.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import type { StageOutcome } from "../driving/stage-outcome.ts";

/** Run → messages in the outbox. Delivery goes on beside all runs: a channel that is dead or hangs holds up none. */
export async function notify(
  context: WorkflowContext,
  deps: PipelineDeps,
  runId: RunId,
): Promise<StageOutcome> {
  return context.step("notify.queue", async (): Promise<StageOutcome> => {
    const run = await deps.db.runs.get(runId);
    const warnings = await syncBoard(deps, run.projectId);
    if (!run.policy.notifyOnCompletion)
      return { kind: "finished", status: "success", output: "switched off", warnings };
    const message = await renderRunMessage(deps, run, "run_completed");
    const count = await queueNotification(deps, run, message);
    return {
      kind: "finished",
      status: "success",
      output: `${count} messages queued`,
      warnings,
      metrics: { messages: count },
    };
  });
}
