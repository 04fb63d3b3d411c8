import type { AttemptId, RunId, Sha, SubmissionId, TaskId } from "./ids.ts";
import type { Json } from "./json.ts";

/** The immutable output of an attempt. */
export interface Submission {
  readonly id: SubmissionId;
  readonly attemptId: AttemptId;
  readonly taskId: TaskId;
  readonly runId: RunId;
  readonly baseSha: Sha;
  readonly headSha: Sha;
  readonly tree: Sha;
  readonly files: readonly string[];
  readonly linesAdded: number;
  readonly linesRemoved: number;
  /** What the builder says of its work: stored and shown, never believed. */
  readonly claims: Json;
  readonly createdAt: Date;
}
