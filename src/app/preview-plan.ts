import { AasError } from "../domain/errors.ts";
import { parseGoal } from "../domain/goal.ts";
import { type GraphShape, shapeOf } from "../domain/graph-shape.ts";
import type { Run, GivenSource } from "../domain/run.ts";
import type { Task } from "../domain/task.ts";
import { unprovenTasks } from "../domain/unproven-tasks.ts";
import type { PlannedTask } from "../domain/task-plan.ts";
import { draftRun } from "../pipeline/control/start-run.ts";
import { findNamedTasks } from "../pipeline/planning/adopt-tasks.ts";
import { askPlanners, insistOnPlan, judgeOutcome, type PlanDraft } from "../pipeline/planning/draft-plan.ts";
import { estimateTime, type TimeEstimate } from "../pipeline/planning/estimate-time.ts";
import { noChecksError } from "../pipeline/planning/no-checks.ts";
import { parseTaskPlan } from "../pipeline/planning/parse-task-plan.ts";
import type { PlanPrice } from "../pipeline/planning/price-plan.ts";
import { readRepositoryFacts } from "../pipeline/planning/repository-facts.ts";
import { type PolicyOverrides, toRunPolicy } from "../config/to-run-policy.ts";
import type { OpenedControl } from "./open-control.ts";
import { plannersWithoutLedger } from "./planners-without-ledger.ts";
import { pricePreview } from "./price-preview.ts";

type Drafted = Extract<PlanDraft, { kind: "drafted" }>;

export interface PlanPreview extends Omit<Drafted, "kind"> {
  readonly shape: GraphShape;
  /** Null: tasks need a model whose price is not known. */
  readonly price: PlanPrice | null;
  readonly time: TimeEstimate;
}

/** What would be planned, and how. */
export interface PlanQuestion {
  readonly goal: string;
  readonly source: GivenSource | null;
  readonly overrides: PolicyOverrides;
}

/** Plans a goal without recording anything. A model that plans is asked, and what that costs is its provider's to bill. */
export async function previewPlan(control: OpenedControl, question: PlanQuestion): Promise<PlanPreview> {
  const goal = parseGoal(question.goal);
  const run = draftRun(control, {
    goal,
    policy: toRunPolicy(control.base.config, question.overrides),
    baseSha: control.base.baseSha,
    projectId: control.home.id,
    baseBranch: control.settings.baseBranch,
  });
  const { kind: _, ...drafted } = await draftFrom(control, question.source ?? { kind: "goal" }, run);
  const nodes = drafted.plan.tasks.map((task) => ({ key: task.id, dependsOn: task.dependsOn }));
  const price = await pricePreview(control, run, drafted.plan);
  const isBatched = run.policy.batchEnabled && price !== null && price.total.atBatch !== null;
  const attempts = await listAttempts(control);
  const time = estimateTime(nodes, run.policy, { attempts, isBatched });
  return { ...drafted, shape: shapeOf(nodes), price, time };
}

async function draftFrom(control: OpenedControl, source: GivenSource, run: Run): Promise<Drafted> {
  const draft = await draftOnce(control, source, run);
  switch (draft.kind) {
    case "drafted":
      return draft;
    case "refused":
      throw unusable(draft.problems);
    case "given_up":
      throw unusable(draft.complaints);
    case "over_budget":
      throw new AasError("internal", "A preview has no budget.");
    case "not_served":
      throw new AasError("no_model", draft.refusals.map(({ reason }) => reason).join(" "), {
        cure: draft.refusals.map(({ cure }) => cure).join(" "),
      });
  }
}

function unusable(problems: readonly string[]): AasError {
  return new AasError("plan_invalid", problems.join(" "), {
    cure: "Say the goal differently, or give --plan; docs/cli.md shows what a plan looks like.",
  });
}

async function draftOnce(control: OpenedControl, source: GivenSource, run: Run) {
  const { checks } = run.policy;
  switch (source.kind) {
    case "goal":
      return askForPlan(control, run);
    case "plan": {
      const parsed = parseTaskPlan(source.json);
      return judgeOutcome(parsed.kind === "parsed" ? { ...parsed, kind: "planned" } : parsed, checks);
    }
    case "tasks": {
      const tasks = await findNamedTasks(control.db, { projectId: control.home.id }, source.keys);
      const unproven = unprovenTasks(checks, tasks).map(({ key }) => key);
      if (unproven.length > 0) throw noChecksError(unproven);
      const planned = tasks.map((task) => toPlanned(task, source.keys));
      const plan = { tasks: planned, sizeReason: "named from the board" };
      return { kind: "drafted", plan, repairs: [], warnings: [] } as const;
    }
  }
}

/** What a task waits for outside the named ones is the run's to judge, not the plan's. */
function toPlanned(task: Task, keys: readonly string[]): PlannedTask {
  const { key, title, description, priority, type, files, acceptance, builder } = task;
  const dependsOn = task.dependsOn.filter((each) => keys.includes(each));
  return { id: key, title, description, priority, type, dependsOn, files, acceptance, builder };
}

async function askForPlan(control: OpenedControl, run: Run) {
  const planners = await plannersWithoutLedger(control);
  const facts = await readRepositoryFacts(control, run);
  return insistOnPlan((ask) =>
    askPlanners(
      planners,
      { run, goal: run.goal, details: "", facts, series: 0, ...ask },
      AbortSignal.timeout(120_000),
    ),
  );
}

const runsLookedAt = 10;

async function listAttempts({ db, home }: OpenedControl) {
  const runs = await db.runs.list(home.id, { limit: runsLookedAt });
  return (await Promise.all(runs.map(({ id }) => db.attempts.listOfRun(id)))).flat();
}
