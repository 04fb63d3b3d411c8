import type { Attempt } from "../domain/attempt.ts";
import type { Audit } from "../domain/audit.ts";
import type { AttemptId, RunId, SubmissionId, TaskId } from "../domain/ids.ts";
import type { Submission } from "../domain/submission.ts";
import type { EffectTable } from "./effects.ts";

/** Attempts, what they handed in, and what auditors said of it. */
export interface AttemptStore {
  /** Throws `conflict` when the task has an attempt with this round and number. */
  insert(attempt: Attempt): Promise<void>;
  replace(attempt: Attempt): Promise<boolean>;
  find(id: AttemptId): Promise<Attempt | null>;
  /** Oldest first. */
  listOfTask(taskId: TaskId): Promise<readonly Attempt[]>;
  listOfRun(runId: RunId): Promise<readonly Attempt[]>;
  /** Facts: writing the same id again changes nothing. */
  insertSubmission(submission: Submission): Promise<void>;
  findSubmission(id: SubmissionId): Promise<Submission | null>;
  insertAudit(audit: Audit): Promise<void>;
  listAudits(submissionId: SubmissionId): Promise<readonly Audit[]>;
}

export const attemptStoreEffects = {
  insert: "effect",
  replace: "effect",
  insertSubmission: "effect",
  insertAudit: "effect",
  find: "read",
  listOfTask: "read",
  listOfRun: "read",
  findSubmission: "read",
  listAudits: "read",
} as const satisfies EffectTable<AttemptStore>;
