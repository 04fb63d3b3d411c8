import type { IntegrationId, ProjectId, RunId, Sha, ValidationId } from "./ids.ts";
import type { Priority } from "./priority.ts";

/** One entry of the merge queue. Only facts are stored; where it stands follows from them and from the base branch. */
export interface Integration {
  readonly id: IntegrationId;
  readonly projectId: ProjectId;
  readonly runId: RunId;
  readonly version: number;
  readonly kind: "run" | "revert";
  readonly branch: string;
  /** What shall land: the head of a run's integration branch, or the commit to revert. */
  readonly source: Sha;
  readonly priority: Priority;
  readonly needsApproval: boolean;
  /** The squash of the source on the base as it was then: exactly what is tested, approved and landed. */
  readonly candidate: Candidate | null;
  readonly lastCheck: CandidateCheck | null;
  /** The candidate a person approved; another candidate needs another approval. */
  readonly approvedSha: Sha | null;
  readonly outcome: IntegrationOutcome | null;
  readonly createdAt: Date;
}

export interface Candidate {
  readonly sha: Sha;
  readonly tree: Sha;
  readonly baseSha: Sha;
}

export interface CandidateCheck {
  readonly tree: Sha;
  readonly validationId: ValidationId;
  readonly verdict: "passed" | "failed";
}

export type IntegrationOutcome =
  | { readonly kind: "landed"; readonly sha: Sha }
  | { readonly kind: "rejected"; readonly reason: RejectionReason; readonly details: readonly string[] };

export type RejectionReason =
  | "conflict"
  | "checks_failed"
  | "base_red"
  | "not_approved"
  | "nothing_to_land"
  | "canceled";

export type IntegrationStatus =
  | "landed"
  | "rejected"
  /** No candidate yet, or the base moved under it. */
  | "outdated"
  | "checking"
  | "failed"
  | "waiting_approval"
  | "mergeable";

export function integrationStatus(integration: Integration, baseHead: Sha): IntegrationStatus {
  const { candidate, lastCheck, outcome } = integration;
  if (outcome !== null) return outcome.kind;
  if (candidate === null || candidate.baseSha !== baseHead) return "outdated";
  if (lastCheck === null || lastCheck.tree !== candidate.tree) return "checking";
  if (lastCheck.verdict !== "passed") return "failed";
  if (integration.needsApproval && integration.approvedSha !== candidate.sha) return "waiting_approval";
  return "mergeable";
}

/** Whether a landing that is found on the base is news: it stands there, though somebody gave the entry up meanwhile. */
export function mayHaveLanded({ outcome }: Integration): boolean {
  return outcome === null || (outcome.kind === "rejected" && outcome.reason === "canceled");
}

export function isSettled(integration: Integration): boolean {
  return integration.outcome !== null;
}
