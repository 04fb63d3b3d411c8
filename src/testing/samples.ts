import type { CheckDefinition } from "../domain/check.ts";
import type { NewEvent } from "../domain/event.ts";
import { makeId, type Sha, toSha, toTaskKey } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import type { RunPolicy } from "../domain/running/run-policy.ts";
import { makeStageResult, type StageResult } from "../domain/stage.ts";
import type { Task } from "../domain/task.ts";
import type { Project } from "../ports/project-store.ts";
import type { RepositoryFacts } from "../ports/repository-facts.ts";

/** Whole, valid entities for tests; say only what matters: `sampleRun({ priority: "high" })`. Always the same. */

/** Minutes after the first of January 2026, noon. */
export function sampleTime(minute = 0): Date {
  return new Date(Date.UTC(2026, 0, 1, 12, minute));
}

export function sampleSha(number = 1): Sha {
  return toSha(number.toString(16).padStart(40, "0"));
}

export function sampleProject(overrides: Partial<Project> = {}): Project {
  return {
    id: makeId("prj", "1"),
    name: "todo",
    repository: "/repositories/todo",
    createdAt: sampleTime(),
    ...overrides,
  };
}

export function sampleCheckDefinition(overrides: Partial<CheckDefinition> = {}): CheckDefinition {
  return {
    name: "test",
    kind: "tests",
    gate: "must",
    command: ["npm", "test"],
    report: "exit_code",
    timeoutMs: 60_000,
    ...overrides,
  };
}

export function samplePolicy(overrides: Partial<RunPolicy> = {}): RunPolicy {
  return {
    mergeAuto: true,
    requireApproval: false,
    delivery: "run",
    taskPrefix: "AAS",
    maxAttempts: 3,
    parallelTasks: 2,
    runTimeoutMs: 3_600_000,
    budgetLimitMicroUsd: 5_000_000,
    budgetWarnMicroUsd: 4_000_000,
    budgetPerRunTokens: null,
    budgetPerDayMicroUsd: null,
    budgetWarnPerDayMicroUsd: null,
    budgetPerProjectMicroUsd: null,
    budgetWarnPerProjectMicroUsd: null,
    analysisEnabled: true,
    batchEnabled: true,
    batchChunkSize: 100,
    batchPollMs: 60_000,
    batchLimitMs: 86_400_000,
    holdAfterWait: false,
    minScore: 0.8,
    requireTests: true,
    requireTypeChecks: false,
    allowRedBase: false,
    maxChangedFiles: 50,
    maxFileBytes: 1_000_000,
    protectedPaths: ["LICENSE"],
    checks: [sampleCheckDefinition()],
    notifyOnCompletion: true,
    notifyOnFailure: true,
    updateCheckout: false,
    ...overrides,
  };
}

export function sampleStageResult(overrides: Partial<StageResult> = {}): StageResult {
  return {
    ...makeStageResult({
      stage: "decompose",
      status: "success",
      output: "5 tasks",
      metrics: { tasks: 5 },
      finishedAt: sampleTime(2),
    }),
    ...overrides,
  };
}

export function sampleRun(overrides: Partial<Run> = {}): Run {
  return {
    id: makeId("run", "1"),
    projectId: makeId("prj", "1"),
    version: 1,
    goal: "Add due dates to todos",
    priority: "medium",
    assignee: null,
    state: { status: "queued" },
    policy: samplePolicy(),
    baseBranch: "main",
    baseSha: sampleSha(1),
    source: { kind: "goal" },
    stageResults: [],
    error: null,
    epoch: 1,
    metadata: {},
    createdAt: sampleTime(),
    startedAt: null,
    finishedAt: null,
    ...overrides,
  };
}

export function sampleTask(overrides: Partial<Task> = {}): Task {
  return {
    id: makeId("tsk", "1"),
    key: toTaskKey("AAS-1"),
    projectId: makeId("prj", "1"),
    runId: makeId("run", "1"),
    version: 1,
    title: "Store due dates",
    description: "A todo has an optional due date.",
    priority: "medium",
    type: "feature",
    dependsOn: [],
    parent: null,
    assignee: null,
    files: ["src/todo.ts"],
    acceptance: [["npm", "test"]],
    builder: { kind: "model" },
    state: { status: "queued" },
    hint: null,
    round: 1,
    createdAt: sampleTime(),
    updatedAt: sampleTime(),
    ...overrides,
  };
}

export function sampleEvent(overrides: Partial<NewEvent> = {}): NewEvent {
  return {
    projectId: makeId("prj", "1"),
    runId: makeId("run", "1"),
    type: "run.created",
    subject: "run_1",
    actor: "person:ada",
    from: null,
    to: "queued",
    reason: null,
    details: {},
    at: sampleTime(),
    ...overrides,
  };
}

/** An empty repository. */
export function sampleFacts(overrides: Partial<RepositoryFacts> = {}): RepositoryFacts {
  return {
    files: [],
    languages: [],
    checks: [],
    conventions: [],
    openTasks: [],
    recentCommits: [],
    ...overrides,
  };
}

/** `node --test` with a report that names each test. */
export function nodeTestCheck(overrides: Partial<CheckDefinition> = {}): CheckDefinition {
  return sampleCheckDefinition({
    name: "tests",
    command: ["node", "--test", "--test-reporter=junit", "--test-reporter-destination={report}"],
    report: "junit",
    ...overrides,
  });
}
