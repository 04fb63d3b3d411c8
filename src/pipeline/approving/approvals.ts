import { applyApprovalEvent, type Approval, type ApprovalEvent } from "../../domain/approval.ts";
import { makeId, type RunId, type Sha } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Database } from "../../ports/database.ts";
import type { IdSource } from "../../ports/id-source.ts";
import { compareAndSet, keep } from "../recording/compare-and-set.ts";
import { insertOnce } from "../recording/insert-once.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";

export type Decision =
  | { readonly kind: "approved" | "pending" | "not_asked" }
  | { readonly kind: "denied"; readonly reason: string };

/** What a person said about exactly this commit; an answer about another commit says nothing about it. */
export async function findDecision(
  deps: { readonly db: Database },
  runId: RunId,
  subject: string,
  sha: Sha,
): Promise<Decision> {
  const approvals = await deps.db.queue.listApprovals(runId);
  const asked = approvals.findLast((each) => each.subject === subject && each.sha === sha);
  switch (asked?.state.status) {
    case undefined:
    case "voided":
      return { kind: "not_asked" };
    case "pending":
    case "approved":
      return { kind: asked.state.status };
    case "rejected":
      return { kind: "denied", reason: `A person said no: ${asked.state.reason}` };
    case "timed_out":
      return { kind: "denied", reason: "Nobody answered in time." };
  }
}

export interface Question {
  readonly subject: string;
  readonly question: string;
  readonly sha: Sha;
}

/** Asks once per commit; questions about the same subject and an older commit are void. */
export async function askApproval(
  deps: RecordingDeps & { readonly ids: IdSource },
  run: Run,
  question: Question,
): Promise<void> {
  const approvals = await deps.db.queue.listApprovals(run.id);
  const others = approvals.filter((each) => each.subject === question.subject && each.sha !== question.sha);
  for (const each of others) await changeApproval(deps, run, each, { type: "voided", at: deps.clock.now() });
  const decision = await findDecision(deps, run.id, question.subject, question.sha);
  if (decision.kind !== "not_asked") return;
  const approval: Approval = {
    id: makeId("apr", deps.ids.next()),
    runId: run.id,
    version: 1,
    ...question,
    state: { status: "pending" },
    createdAt: deps.clock.now(),
  };
  // Where somebody asks the same at this moment, their question stands.
  await insertOnce(deps, async (stores) => {
    await stores.queue.insertApproval(approval);
    await stores.events.append([
      makeEvent(deps, {
        projectId: run.projectId,
        runId: run.id,
        type: "approval.requested",
        subject: approval.id,
        to: question.sha,
        reason: question.question,
      }),
    ]);
  });
}

export async function changeApproval(
  deps: RecordingDeps,
  run: Run,
  approval: Approval,
  event: ApprovalEvent,
): Promise<Approval> {
  return compareAndSet<Approval>(
    deps,
    {
      load: async (stores) => (await stores.queue.findApproval(approval.id)) ?? approval,
      replace: (stores, next) => stores.queue.replaceApproval(next),
    },
    (current) => {
      const state = applyApprovalEvent(current, event);
      if (state === current.state) return keep;
      const told = makeEvent(deps, {
        projectId: run.projectId,
        runId: run.id,
        type: "approval.decided",
        subject: current.id,
        from: current.state.status,
        to: state.status,
        reason: event.type === "rejected" ? event.reason : null,
        details: { subject: current.subject, sha: current.sha },
      });
      return { kind: "write", next: { ...current, state }, events: [told] };
    },
  );
}
