import * as z from "zod";
import { gateCauses } from "../../domain/calling/provider-gate.ts";
import { priorities } from "../../domain/priority.ts";
import { failureCodes, pauseReasons } from "../../domain/run.ts";
import { stages } from "../../domain/stage.ts";
import { taskOfRunSchema } from "./task-schema.ts";

const time = z.iso.datetime();
const sha = z.string().regex(/^[0-9a-f]{40}$/u);
const stage = z.enum(stages);
const count = z.int().nonnegative();

const check = z.strictObject({
  name: z.string(),
  kind: z.enum(["tests", "types", "lint", "acceptance", "other"]),
  gate: z.enum(["must", "should", "may"]),
  command: z.array(z.string()),
  report: z.enum(["junit", "exit_code"]),
  timeoutMs: count,
});

const policy = z.strictObject({
  mergeAuto: z.boolean(),
  requireApproval: z.boolean(),
  delivery: z.enum(["run", "task"]),
  taskPrefix: z.string(),
  maxAttempts: count,
  parallelTasks: count,
  runTimeoutMs: count,
  budgetLimitMicroUsd: count,
  budgetWarnMicroUsd: count.nullable(),
  budgetPerRunTokens: count.nullable(),
  budgetPerDayMicroUsd: count.nullable(),
  budgetWarnPerDayMicroUsd: count.nullable(),
  budgetPerProjectMicroUsd: count.nullable(),
  budgetWarnPerProjectMicroUsd: count.nullable(),
  analysisEnabled: z.boolean(),
  batchEnabled: z.boolean(),
  batchChunkSize: count,
  batchPollMs: count,
  batchLimitMs: count,
  holdAfterWait: z.boolean(),
  minScore: z.number(),
  requireTests: z.boolean(),
  requireTypeChecks: z.boolean(),
  allowRedBase: z.boolean(),
  maxChangedFiles: count,
  maxFileBytes: count,
  protectedPaths: z.array(z.string()),
  checks: z.array(check),
  notifyOnCompletion: z.boolean(),
  notifyOnFailure: z.boolean(),
  updateCheckout: z.boolean(),
});

const stageResult = z.strictObject({
  stage,
  status: z.enum(["success", "partial", "failure"]),
  output: z.string(),
  errors: z.array(z.string()),
  warnings: z.array(z.string()),
  metrics: z.record(z.string(), z.number()),
  nextStage: stage.nullable(),
  finishedAt: time,
});

const budget = z.strictObject({
  limitMicroUsd: count,
  warnMicroUsd: count.nullable(),
  settledMicroUsd: count,
  reservedMicroUsd: count.describe("Held back for calls whose cost is not known yet."),
});

/** What `aas automate status <run> --json` prints as its result. */
export const runSchema = z.strictObject({
  id: z.string(),
  goal: z.string(),
  status: z.enum(["queued", "running", "paused", "completed", "failed", "canceled"]),
  stage: stage.nullable(),
  pauseReason: z.enum(pauseReasons).nullable(),
  outcome: z.enum(["full", "partial"]).nullable(),
  failureCode: z.enum(failureCodes).nullable(),
  isRolledBack: z.boolean(),
  state: z.string().describe("The same in one text, as the event log says it: `paused(deploy, approval)`."),
  progress: z.number().min(0).max(1),
  priority: z.enum(priorities),
  assignee: z.string().nullable(),
  budget,
  policy: policy.describe("What the run is held to, frozen when it was created."),
  createdTasks: z.array(z.string()),
  completedTasks: z.array(z.string()),
  tasks: z.array(taskOfRunSchema),
  batchIds: z.array(z.string()),
  stageResults: z.array(stageResult),
  error: z
    .strictObject({ code: z.enum(failureCodes), message: z.string(), cure: z.string().nullable() })
    .nullable(),
  metadata: z.record(z.string(), z.string()),
  base: z.strictObject({ branch: z.string(), sha }),
  integrationBranch: z.string(),
  landedSha: sha.nullable(),
  pullRequest: z.string().nullable(),
  pendingApprovals: z.array(z.strictObject({ id: z.string(), question: z.string(), sha, createdAt: time })),
  waitingForProviders: z
    .array(z.strictObject({ provider: z.string(), cause: z.enum(gateCauses), nextLookInMs: z.int() }))
    .describe("Providers that nobody of the project asks for a while, where the run is running."),
  openCalls: z
    .array(z.strictObject({ provider: z.string(), purpose: z.string(), askedAt: time }))
    .describe("What was asked of providers and not answered yet, batches apart, where the run is running."),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
});
