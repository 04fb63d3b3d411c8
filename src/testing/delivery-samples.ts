import type { Approval } from "../domain/approval.ts";
import type { Deployment } from "../domain/deployment.ts";
import { makeId } from "../domain/ids.ts";
import type { Integration } from "../domain/integration.ts";
import type { Notification } from "../domain/notification.ts";
import type { Rollback } from "../domain/rollback.ts";
import { sampleSha, sampleTime } from "./samples.ts";

export function sampleIntegration(overrides: Partial<Integration> = {}): Integration {
  return {
    id: makeId("int", "1"),
    projectId: makeId("prj", "1"),
    runId: makeId("run", "1"),
    version: 1,
    kind: "run",
    branch: "main",
    source: sampleSha(2),
    priority: "medium",
    needsApproval: false,
    candidate: null,
    lastCheck: null,
    approvedSha: null,
    outcome: null,
    createdAt: sampleTime(8),
    ...overrides,
  };
}

export function sampleDeployment(overrides: Partial<Deployment> = {}): Deployment {
  return {
    id: makeId("dep", "1"),
    runId: makeId("run", "1"),
    integrationId: makeId("int", "1"),
    version: 1,
    state: { status: "waiting_approval" },
    stagingRef: "refs/heads/aas/staging/run_1",
    rollbackTag: null,
    pullRequest: null,
    createdAt: sampleTime(9),
    ...overrides,
  };
}

export function sampleApproval(overrides: Partial<Approval> = {}): Approval {
  return {
    id: makeId("apr", "1"),
    runId: makeId("run", "1"),
    version: 1,
    subject: "merge",
    question: "Merge 12 added and 3 removed lines into main?",
    sha: sampleSha(2),
    state: { status: "pending" },
    createdAt: sampleTime(9),
    ...overrides,
  };
}

export function sampleRollback(overrides: Partial<Rollback> = {}): Rollback {
  return {
    id: makeId("rbk", "1"),
    runId: makeId("run", "1"),
    version: 1,
    landedSha: sampleSha(5),
    reason: "Due dates are wrong in winter.",
    requestedBy: "person:ada",
    state: { status: "requested" },
    createdAt: sampleTime(60),
    ...overrides,
  };
}

export function sampleNotification(overrides: Partial<Notification> = {}): Notification {
  return {
    id: makeId("ntf", "1"),
    key: "run_1:run_completed:console",
    runId: makeId("run", "1"),
    channel: "console",
    kind: "run_completed",
    title: "Add due dates to todos",
    text: "Merged into main.",
    state: { status: "pending" },
    attempts: 0,
    nextAttemptAt: sampleTime(10),
    createdAt: sampleTime(10),
    ...overrides,
  };
}
