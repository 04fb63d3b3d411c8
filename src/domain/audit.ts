import type { AuditId, Sha, SubmissionId } from "./ids.ts";

export type Verdict = "approved" | "changes_requested" | "rejected";

export interface Finding {
  readonly severity: "minor" | "major";
  readonly category: string;
  readonly description: string;
  /** `file:line`, or null when it is about the whole. */
  readonly location: string | null;
}

/** An opinion on one submission at one sha: a fact once it is written. */
export interface Audit {
  readonly id: AuditId;
  readonly submissionId: SubmissionId;
  readonly sha: Sha;
  readonly auditor: string;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly createdAt: Date;
}

/** Several auditors are sensors, not judges: any rejection rejects, any major finding sends back. */
export function combineVerdicts(audits: readonly Audit[]): Verdict {
  if (audits.some((audit) => audit.verdict === "rejected")) return "rejected";
  const isDoubted = audits.some((audit) => audit.verdict !== "approved" || audit.findings.some(isMajor));
  return isDoubted || audits.length === 0 ? "changes_requested" : "approved";
}

/** A severity we do not know counts as major. */
function isMajor(finding: Finding): boolean {
  return finding.severity !== "minor";
}
