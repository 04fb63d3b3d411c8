import { explainOverBudget, type OverBudget, renderMicroUsd } from "../../domain/money/budget.ts";
import { AasError } from "../../domain/errors.ts";
import { parseGoal } from "../../domain/goal.ts";
import { type GraphShape, shapeOf } from "../../domain/graph/graph-shape.ts";
import type { Run, GivenSource } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import { unprovenTasks } from "../../domain/planning/unproven-tasks.ts";
import type { PlannedTask } from "../../domain/planning/task-plan.ts";
import { draftRun } from "../../pipeline/control/start-run.ts";
import { findNamedTasks } from "../../pipeline/planning/adopt-tasks.ts";
import {
  askPlanners,
  type InsistedPlan,
  insistOnPlan,
  judgeOutcome,
  type PlanDraft,
} from "../../pipeline/planning/draft-plan.ts";
import { estimateTime, type TimeEstimate } from "../../pipeline/planning/estimate-time.ts";
import { noChecksError } from "../../pipeline/planning/no-checks.ts";
import { notServed } from "../../pipeline/planning/not-served.ts";
import type { PreviewCost } from "../../pipeline/planning/pay-preview.ts";
import { parseTaskPlan } from "../../pipeline/planning/parse-task-plan.ts";
import type { PlanPrice } from "../../pipeline/planning/price-plan.ts";
import { readRepositoryFacts } from "../../pipeline/planning/repository-facts.ts";
import { type PolicyOverrides, toRunPolicy } from "../../config/to-run-policy.ts";
import type { Planner } from "../../ports/planner.ts";
import { noDeadline } from "../no-deadline.ts";
import type { OpenedControl } from "../project/open-control.ts";
import { openPreviewPlanners, type PreviewPlanners } from "./preview-planners.ts";
import { pricePreview } from "./price-preview.ts";

type Drafted = Extract<PlanDraft, { kind: "drafted" }>;

export interface PlanPreview extends Omit<Drafted, "kind"> {
  readonly shape: GraphShape;
  /** Null: tasks need a model whose price is not known. */
  readonly price: PlanPrice | null;
  /** The most that the run may spend before it pauses. */
  readonly capMicroUsd: number;
  readonly time: TimeEstimate;
  /** What making this plan has cost; null: no model was asked. */
  readonly planning: PreviewCost | null;
}

/** What would be planned, and how. */
export interface PlanQuestion {
  readonly goal: string;
  readonly source: GivenSource | null;
  readonly overrides: PolicyOverrides;
}

/** Plans a goal with nothing recorded but what a model that plans was paid: under the same caps as a run. */
export async function previewPlan(control: OpenedControl, question: PlanQuestion): Promise<PlanPreview> {
  const goal = parseGoal(question.goal);
  const run = draftRun(control, {
    goal,
    policy: toRunPolicy(control.base.config, question.overrides),
    baseSha: control.base.baseSha,
    projectId: control.home.id,
    baseBranch: control.settings.baseBranch,
    source: { kind: "preview" },
  });
  const asked = await openPreviewPlanners(control);
  const draft = await draftOnce(control, question.source ?? { kind: "goal" }, run, asked);
  const planning = await asked.costOf(run);
  const { kind: _, ...drafted } = assertDrafted(draft, planning);
  const nodes = drafted.plan.tasks.map((task) => ({ key: task.id, dependsOn: task.dependsOn }));
  const price = await pricePreview(control, run, drafted.plan);
  const isBatched = run.policy.batchEnabled && price !== null && price.total.atBatch !== null;
  const attempts = await listAttempts(control);
  const time = estimateTime(nodes, run.policy, { attempts, isBatched });
  const capMicroUsd = run.policy.budgetLimitMicroUsd;
  return { ...drafted, shape: shapeOf(nodes), price, capMicroUsd, time, planning };
}

/** What was asked is paid, whatever came of it. */
function assertDrafted(draft: InsistedPlan<PlanDraft> | PlanDraft, planning: PreviewCost | null): Drafted {
  switch (draft.kind) {
    case "drafted":
      return draft;
    case "refused":
      // Only of a plan by hand: that it can be read was seen where it was given.
      throw draft.unproven.length > 0 ? noChecksError(draft.unproven) : unusable(draft.problems, planning);
    case "declined":
      throw unusable(draft.problems, planning);
    case "given_up":
      throw unusable(draft.complaints, planning);
    case "over_budget":
      throw overBudget(draft, planning);
    case "not_served":
      throw notServed(draft.refusals);
  }
}

function unusable(problems: readonly string[], planning: PreviewCost | null): AasError {
  return new AasError("plan_invalid", [...problems, ...costSentence(planning)].join(" "), {
    cure: "Say the goal differently, or give --plan; docs/cli.md shows what a plan looks like.",
  });
}

const capCures: Readonly<Record<OverBudget["cap"], string>> = {
  run: "A higher --budget <usd>, or budget.perRunUsd in aas.config.jsonc on the base branch.",
  run_tokens: "Raise budget.perRunTokens in aas.config.jsonc on the base branch.",
  project: "Raise budget.perProjectUsd in aas.config.jsonc on the base branch.",
  day: "Raise budget.perDayUsd in aas.config.jsonc on the base branch, or wait until 00:00 UTC.",
};

function overBudget(over: OverBudget, planning: PreviewCost | null): AasError {
  const message = [explainOverBudget(over), ...costSentence(planning)].join(" ");
  return new AasError("over_budget", message, { cure: capCures[over.cap] });
}

function costSentence(planning: PreviewCost | null): readonly string[] {
  if (planning === null || planning.settledMicroUsd === 0) return [];
  return [`Planning cost ${renderMicroUsd(planning.settledMicroUsd)}.`];
}

async function draftOnce(
  control: OpenedControl,
  source: GivenSource,
  run: Run,
  { planners }: PreviewPlanners,
): Promise<InsistedPlan<PlanDraft> | PlanDraft> {
  const { checks } = run.policy;
  switch (source.kind) {
    case "goal":
      return askForPlan(control, run, planners);
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

async function askForPlan(
  control: OpenedControl,
  run: Run,
  planners: readonly Planner[],
): Promise<InsistedPlan<PlanDraft>> {
  const facts = await readRepositoryFacts(control, run);
  return insistOnPlan((ask) =>
    askPlanners(planners, { run, goal: run.goal, details: "", facts, series: 0, ...ask }, noDeadline()),
  );
}

const runsLookedAt = 10;

async function listAttempts({ db, home }: OpenedControl) {
  const runs = await db.runs.list(home.id, { limit: runsLookedAt });
  return (await Promise.all(runs.map(({ id }) => db.attempts.listOfRun(id)))).flat();
}
