declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type ProjectId = Branded<"project">;
export type RunId = Branded<"run">;
export type TaskId = Branded<"task">;
export type AttemptId = Branded<"attempt">;
export type SubmissionId = Branded<"submission">;
export type AuditId = Branded<"audit">;
export type ValidationId = Branded<"validation">;
export type IntegrationId = Branded<"integration">;
export type DeploymentId = Branded<"deployment">;
export type RollbackId = Branded<"rollback">;
export type ApprovalId = Branded<"approval">;
export type BatchId = Branded<"batch">;
export type NotificationId = Branded<"notification">;

interface IdsByPrefix {
  readonly prj: ProjectId;
  readonly run: RunId;
  readonly tsk: TaskId;
  readonly att: AttemptId;
  readonly sub: SubmissionId;
  readonly aud: AuditId;
  readonly val: ValidationId;
  readonly int: IntegrationId;
  readonly dep: DeploymentId;
  readonly rbk: RollbackId;
  readonly apr: ApprovalId;
  readonly bat: BatchId;
  readonly ntf: NotificationId;
}

export type IdPrefix = keyof IdsByPrefix;

/** Makes `run_…` from a prefix and a unique part; the unique part comes from the id source, never from here. */
export function makeId<Prefix extends IdPrefix>(prefix: Prefix, unique: string): IdsByPrefix[Prefix] {
  return `${prefix}_${unique}` as IdsByPrefix[Prefix];
}

/** A full 40-digit git object name. */
export type Sha = Branded<"sha">;

export function toSha(text: string): Sha {
  if (!/^[0-9a-f]{40}$/u.test(text)) throw new TypeError(`Not a git object name: ${JSON.stringify(text)}`);
  return text as Sha;
}

export function shortSha(sha: Sha): string {
  return sha.slice(0, 8);
}

/** What people read and type for a task: `AAS-400`, `AAS-211-1`. */
export type TaskKey = Branded<"task key">;

const taskKeyPattern = /^[A-Z][A-Z0-9]*-\d+(?:-\d+)*$/u;

export function isTaskKey(text: string): boolean {
  return taskKeyPattern.test(text);
}

export function toTaskKey(text: string): TaskKey {
  if (!isTaskKey(text)) throw new TypeError(`Not a task key: ${JSON.stringify(text)}`);
  return text as TaskKey;
}
