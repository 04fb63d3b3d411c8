import { type Approval, type ApprovalEvent, approveCommand, canDecide } from "../../domain/approval.ts";
import { AasError } from "../../domain/errors.ts";
import type { ApprovalId, RunId } from "../../domain/ids.ts";
import { changeApproval } from "../approving/approvals.ts";
import { changeRun } from "../recording/change-run.ts";
import type { RecordingDeps } from "../recording/make-event.ts";

export type Answer = { readonly kind: "yes" } | { readonly kind: "no"; readonly reason: string };

/** Answers one question, and so exactly the commit that it was about. */
export async function decideApproval(
  deps: RecordingDeps,
  asked: Pick<Approval, "id" | "runId">,
  answer: Answer,
): Promise<Approval> {
  if (!canDecide(deps.actor)) {
    throw new AasError("not_allowed", `${deps.actor} cannot approve: only a person can.`, {
      cure: "Approve from a terminal.",
    });
  }
  const run = await deps.db.runs.get(asked.runId);
  const approval = await findPending(deps, asked.id);
  const decided = await changeApproval(deps, run, approval, toEvent(deps, approval, answer));
  if (decided.state.status !== (answer.kind === "yes" ? "approved" : "rejected")) throw tooLate(decided);
  await changeRun(deps, run.id, { type: "answered" }, { reason: `answered by ${deps.actor}` });
  return decided;
}

function toEvent(deps: RecordingDeps, { sha }: Approval, answer: Answer): ApprovalEvent {
  const given = { by: deps.actor, at: deps.clock.now() };
  return answer.kind === "yes"
    ? { type: "approved", sha, ...given }
    : { type: "rejected", reason: answer.reason, ...given };
}

async function findPending(deps: RecordingDeps, id: ApprovalId): Promise<Approval> {
  const approval = await deps.db.queue.findApproval(id);
  if (approval?.state.status === "pending") return approval;
  throw tooLate(approval);
}

function tooLate(approval: Approval | null): AasError {
  const status = approval?.state.status ?? "unknown";
  const why = status === "voided" ? "what it was about has changed since" : `it is ${status}`;
  return new AasError("conflict", `This question cannot be answered any more: ${why}.`, {
    cure: approval === null ? "aas automate list" : `aas automate status ${approval.runId}`,
  });
}

/** The question that a person means: the one about this commit, or the only one there is. */
export async function findQuestion(
  deps: Pick<RecordingDeps, "db">,
  runId: RunId,
  commit: string | null,
): Promise<Approval> {
  const approvals = await deps.db.queue.listApprovals(runId);
  const pending = approvals.filter((each) => each.state.status === "pending");
  if (pending.length === 0) {
    throw new AasError("conflict", `Run ${runId} asks nothing now.`, {
      cure: `aas automate status ${runId}`,
    });
  }
  const asked = withoutEquals(pending);
  const meant = commit === null ? asked : asked.filter((each) => isAbout(each, commit));
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return only;
  const problem = commit === null ? "asks more than one thing" : `asks nothing about ${commit}`;
  throw new AasError("conflict", `Run ${runId} ${problem}.`, {
    cure: pending.map((each) => `${each.question} ${approveCommand(each)}`).join("  "),
  });
}

/** What was asked twice is one question: the newest is looked at. */
function withoutEquals(pending: readonly Approval[]): readonly Approval[] {
  return [...new Map(pending.map((each) => [`${each.subject} ${each.sha}`, each])).values()];
}

const shortestCommit = 7;

function isAbout({ sha }: Approval, commit: string): boolean {
  return commit.length >= shortestCommit && sha.startsWith(commit.toLowerCase());
}
