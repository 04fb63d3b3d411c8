import type { Finding, Verdict } from "../domain/audit.ts";
import type { ChangedFile } from "./git.ts";
import type { Task } from "../domain/task.ts";

/** Gives an opinion on one submission. */
export interface Auditor {
  readonly name: string;
  audit(order: AuditOrder, signal: AbortSignal): Promise<AuditOpinion>;
}

export interface AuditOrder {
  readonly task: Task;
  readonly files: readonly ChangedFile[];
  readonly diff: string;
}

export interface AuditOpinion {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}
