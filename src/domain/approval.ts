import { type ApprovalId, type IntegrationId, type RunId, type Sha, shortSha, type TaskKey } from "./ids.ts";

/** A person's yes or no, bound to one commit. */
export interface Approval {
  readonly id: ApprovalId;
  readonly runId: RunId;
  readonly version: number;
  /** What is asked: a landing, or a guarded change of one task. */
  readonly subject: string;
  readonly question: string;
  readonly sha: Sha;
  readonly state: ApprovalState;
  readonly createdAt: Date;
}

export type ApprovalState =
  | { readonly status: "pending" }
  | { readonly status: "approved"; readonly by: string; readonly at: Date }
  | { readonly status: "rejected"; readonly by: string; readonly at: Date; readonly reason: string }
  | { readonly status: "timed_out"; readonly at: Date }
  /** The commit moved: the answer would be about something else. */
  | { readonly status: "voided"; readonly at: Date };

export type ApprovalEvent =
  | { readonly type: "approved"; readonly by: string; readonly sha: Sha; readonly at: Date }
  | { readonly type: "rejected"; readonly by: string; readonly reason: string; readonly at: Date }
  | { readonly type: "timed_out"; readonly at: Date }
  | { readonly type: "voided"; readonly at: Date };

/** An approval is decided once; a yes to another commit than the one asked about changes nothing. */
export function applyApprovalEvent(
  approval: Pick<Approval, "state" | "sha">,
  event: ApprovalEvent,
): ApprovalState {
  if (event.type === "voided") return voidedUnlessDenied(approval.state, event.at);
  if (approval.state.status !== "pending") return approval.state;
  switch (event.type) {
    case "approved":
      return event.sha === approval.sha ? { status: "approved", by: event.by, at: event.at } : approval.state;
    case "rejected":
      return { status: "rejected", by: event.by, at: event.at, reason: event.reason };
    case "timed_out":
      return { status: "timed_out", at: event.at };
  }
}

function voidedUnlessDenied(state: ApprovalState, at: Date): ApprovalState {
  return state.status === "pending" || state.status === "approved" ? { status: "voided", at } : state;
}

/** Only a person can say yes; an agent's token never can. */
export function canDecide(actor: string): boolean {
  return /^person:\S/u.test(actor);
}

/** How a landing is asked about. Per entry: a retry within a second makes the same commit, and the old answer would count for it. */
export function landingSubject(id: IntegrationId): string {
  return `merge ${id}`;
}

/** How a task's change to guarded files is asked about. */
export function guardedChangeSubject(key: TaskKey): string {
  return `task ${key}`;
}

/** The task whose change is asked about; null: it is about something else. */
export function taskAskedAbout({ subject }: Pick<Approval, "subject">): TaskKey | null {
  return subject.startsWith("task ") ? (subject.slice("task ".length) as TaskKey) : null;
}

/** Names the commit, so that the yes is to what was read and to nothing that came later. */
export function approveCommand({ runId, sha }: Pick<Approval, "runId" | "sha">): string {
  return `aas automate approve ${runId} ${shortSha(sha)}`;
}
