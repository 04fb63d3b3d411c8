import type { OpenedProject } from "../../src/app/project/open-project.ts";
import type { NewEvent } from "../../src/domain/event.ts";
import { makeId, type RunId, toTaskKey } from "../../src/domain/ids.ts";
import { runBudget } from "../../src/domain/money/budget.ts";
import type { Run } from "../../src/domain/run.ts";
import { settleUsage } from "../../src/domain/money/usage.ts";
import { sampleApproval, sampleDeployment, sampleIntegration } from "../../src/testing/delivery-samples.ts";
import { sampleAttempt, sampleCheckResult, sampleValidation } from "../../src/testing/building-samples.ts";
import {
  sampleEvent,
  samplePolicy,
  sampleRun,
  sampleSha,
  sampleStageResult,
  sampleTask,
  sampleTime,
} from "../../src/testing/samples.ts";
import { sampleSettled, sampleUsage } from "../../src/testing/usage-samples.ts";

export const landedSha = sampleSha(77);

/** The facts of one run that landed: a failed attempt, a pause for an approval, checks, two paid calls. */
export async function tellLandedRun(
  project: OpenedProject,
  name: string,
  overrides: Partial<Run> = {},
): Promise<RunId> {
  const { db, home } = project;
  const id = makeId("run", name);
  await db.projects.insert({ id: home.id, name: home.name, repository: home.root, createdAt: sampleTime() });
  await db.runs.insert(
    sampleRun({
      id,
      projectId: home.id,
      state: { status: "completed", outcome: "full" },
      policy: samplePolicy({ requireApproval: true }),
      stageResults: [sampleStageResult()],
      startedAt: sampleTime(1),
      finishedAt: sampleTime(9),
      ...overrides,
    }),
  );
  await tellTask(project, id, name);
  await tellLanding(project, id, name);
  for (const each of eventsOf(project, id)) await db.events.append([each]);
  await tellCosts(project, id, name);
  return id;
}

async function tellLanding({ db, home }: OpenedProject, runId: RunId, name: string): Promise<void> {
  const style = { status: "failed", reason: "3 lines are too long" } as const;
  const checks = [
    sampleCheckResult({ name: "tests" }),
    sampleCheckResult({ name: "style", gate: "should", state: style, cases: [] }),
  ];
  const validation = sampleValidation({
    id: makeId("val", name),
    checks,
    score: 0.6,
    regressions: ["todo > sorts"],
  });
  await db.validations.insert(validation);
  const integration = sampleIntegration({
    id: makeId("int", name),
    projectId: home.id,
    runId,
    candidate: { sha: landedSha, tree: validation.tree, baseSha: sampleSha(1) },
    lastCheck: { tree: validation.tree, validationId: validation.id, verdict: "passed" },
    approvedSha: landedSha,
    outcome: { kind: "landed", sha: landedSha },
  });
  await db.queue.insertIntegration(integration);
  const completed = { status: "completed", landedSha } as const;
  await db.queue.insertDeployment(
    sampleDeployment({ id: makeId("dep", name), runId, integrationId: integration.id, state: completed }),
  );
  const approved = { status: "approved", by: "person:ada", at: sampleTime(8) } as const;
  await db.queue.insertApproval(
    sampleApproval({ id: makeId("apr", name), runId, sha: landedSha, state: approved }),
  );
}

async function tellTask({ db, home }: OpenedProject, runId: RunId, name: string): Promise<void> {
  const taskId = makeId("tsk", name);
  const key = toTaskKey(`${name.toUpperCase()}-1`);
  await db.tasks.insert(
    sampleTask({ id: taskId, key, projectId: home.id, runId, state: { status: "done", commit: landedSha } }),
  );
  const failure = {
    kind: "checks",
    summary: "tests: failing: sorts",
    details: ["tests: failing: sorts", "sorts: expected 1\n  got 2"],
  } as const;
  const shared = { taskId, runId, finishedAt: sampleTime(5) };
  await db.attempts.insert(
    sampleAttempt({ ...shared, id: makeId("att", `${name}1`), state: { status: "failed", failure } }),
  );
  await db.attempts.insert(
    sampleAttempt({
      ...shared,
      id: makeId("att", `${name}2`),
      number: 2,
      state: { status: "completed", submissionId: makeId("sub", name) },
    }),
  );
}

async function tellCosts({ db }: OpenedProject, runId: RunId, name: string): Promise<void> {
  const budgets = runBudget({ limitMicroUsd: 5_000_000, warnMicroUsd: null });
  const answers = [exactAnswer, estimate];
  for (const [index, state] of answers.entries()) {
    const held = { status: "reserved", microUsd: 300_000, tokens: 20_000 } as const;
    const usage = sampleUsage({
      key: `${name}:${index}`,
      runId,
      state: held,
      createdAt: sampleTime(index + 1),
    });
    await db.usage.reserve(usage, budgets);
    await db.usage.settle(usage.key, state);
  }
}

const exactAnswer = sampleSettled({
  microUsd: 12_500,
  standardMicroUsd: 12_500,
  inputTokens: 1_200,
  outputTokens: 300,
});
const estimate = settleUsage(null, null, 250_000);

function eventsOf({ home }: OpenedProject, runId: RunId): readonly NewEvent[] {
  const event = (minute: number, change: Partial<NewEvent>): NewEvent =>
    sampleEvent({
      projectId: home.id,
      runId,
      subject: runId,
      at: sampleTime(minute),
      actor: "worker:1",
      ...change,
    });
  return [
    event(0, { type: "run.created", to: "queued" }),
    event(1, { type: "run.started", to: "running(decompose)" }),
    event(2, { type: "run.stage_finished", from: "decompose", to: "success", reason: "1 task, A-1" }),
    event(2, { type: "run.stage_entered", to: "running(deploy)" }),
    event(6, { type: "run.paused", to: "paused(deploy, approval)", reason: "Merge it?" }),
    event(8, { type: "run.resumed", to: "running(deploy)", actor: "person:ada" }),
    event(9, { type: "run.stage_finished", from: "deploy", to: "success", reason: "landed" }),
    event(9, { type: "run.completed", to: "completed(full)" }),
  ];
}
