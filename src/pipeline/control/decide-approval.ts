import { canDecide } from "../../domain/approval.ts";
import { AasError } from "../../domain/errors.ts";
import type { RunId } from "../../domain/ids.ts";
import { changeApproval } from "../approvals.ts";
import { changeRun } from "../recording/change-run.ts";
import type { RecordingDeps } from "../recording/make-event.ts";

export type Answer = { readonly kind: "yes" } | { readonly kind: "no"; readonly reason: string };

/** Answers everything a run asks now, each for exactly the commit that was asked about. */
export async function decideApproval(deps: RecordingDeps, runId: RunId, answer: Answer): Promise<number> {
  if (!canDecide(deps.actor)) {
    throw new AasError("not_allowed", `${deps.actor} cannot approve: only a person can.`, {
      cure: "Approve from a terminal.",
    });
  }
  const run = await deps.db.runs.get(runId);
  const pending = (await deps.db.queue.listApprovals(runId)).filter(
    (each) => each.state.status === "pending",
  );
  if (pending.length === 0) {
    throw new AasError("conflict", `Run ${runId} asks nothing now.`, {
      cure: `aas automate status ${runId}`,
    });
  }
  const at = deps.clock.now();
  for (const approval of pending) {
    const event =
      answer.kind === "yes"
        ? ({ type: "approved", by: deps.actor, sha: approval.sha, at } as const)
        : ({ type: "rejected", by: deps.actor, reason: answer.reason, at } as const);
    await changeApproval(deps, run, approval, event);
  }
  if (run.state.status === "paused" && run.state.reason === "approval") {
    await changeRun(deps, runId, { type: "resumed" }, { reason: `answered by ${deps.actor}` });
  }
  return pending.length;
}
