import type { Attempt } from "../domain/attempt.ts";
import type { Audit } from "../domain/audit.ts";
import type { CheckResult } from "../domain/check.ts";
import { makeId } from "../domain/ids.ts";
import type { Submission } from "../domain/submission.ts";
import type { Validation } from "../domain/validation.ts";
import { sampleSha, sampleTime } from "./samples.ts";

export function sampleAttempt(overrides: Partial<Attempt> = {}): Attempt {
  return {
    id: makeId("att", "1"),
    taskId: makeId("tsk", "1"),
    runId: makeId("run", "1"),
    version: 1,
    number: 1,
    round: 1,
    builder: "model",
    baseSha: sampleSha(1),
    state: { status: "running" },
    startedAt: sampleTime(),
    finishedAt: null,
    ...overrides,
  };
}

export function sampleSubmission(overrides: Partial<Submission> = {}): Submission {
  return {
    id: makeId("sub", "1"),
    attemptId: makeId("att", "1"),
    taskId: makeId("tsk", "1"),
    runId: makeId("run", "1"),
    baseSha: sampleSha(1),
    headSha: sampleSha(2),
    tree: sampleSha(3),
    files: ["src/todo.ts"],
    linesAdded: 12,
    linesRemoved: 3,
    claims: { tests: "all pass" },
    createdAt: sampleTime(5),
    ...overrides,
  };
}

export function sampleAudit(overrides: Partial<Audit> = {}): Audit {
  return {
    id: makeId("aud", "1"),
    submissionId: makeId("sub", "1"),
    sha: sampleSha(2),
    auditor: "rules",
    verdict: "approved",
    findings: [],
    createdAt: sampleTime(6),
    ...overrides,
  };
}

export function sampleCheckResult(overrides: Partial<CheckResult> = {}): CheckResult {
  return {
    name: "test",
    kind: "tests",
    gate: "must",
    command: ["npm", "test"],
    state: { status: "passed" },
    cases: [{ id: "todo > has a due date", outcome: "passed", message: null }],
    output: "1 passed",
    durationMs: 1_200,
    ...overrides,
  };
}

export function sampleValidation(overrides: Partial<Validation> = {}): Validation {
  return {
    id: makeId("val", "1"),
    tree: sampleSha(3),
    suite: "suite-1",
    baseTree: sampleSha(4),
    checks: [sampleCheckResult()],
    regressions: [],
    score: 1,
    verdict: "passed",
    createdAt: sampleTime(7),
    ...overrides,
  };
}
