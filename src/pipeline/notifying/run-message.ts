import { approveCommand } from "../../domain/approval.ts";
import type { NotificationKind } from "../../domain/notification.ts";
import type { Run } from "../../domain/run.ts";
import { renderUsd } from "../../domain/money/budget.ts";
import { answerToPause } from "../paying/money-pause.ts";
import type { Database } from "../../ports/database.ts";
import type { Message } from "./queue-notification.ts";

const titles: Readonly<Record<NotificationKind, string>> = {
  needs_approval: "Needs your approval",
  needs_you: "Needs you",
  budget_paused: "Paused for money",
  budget_warned: "Spending is past the warning",
  run_completed: "Landed",
  run_failed: "Failed",
  run_rolled_back: "Rolled back",
};

type PlainKind = Exclude<NotificationKind, "needs_approval" | "budget_paused">;

const commands: Readonly<Record<PlainKind, (run: Run) => string>> = {
  needs_you: (run) => `aas automate status ${run.id}`,
  budget_warned: (run) => `aas report ${run.id} --cost`,
  run_completed: (run) => `aas report ${run.id}`,
  run_failed: (run) => `aas automate retry ${run.id} --hint "…"`,
  run_rolled_back: (run) => `aas report ${run.id}`,
};

/** What a person wants to know of a run in one message: what happened, what it brought and cost, what to do next. */
export async function renderRunMessage(
  deps: { readonly db: Database },
  run: Run,
  kind: NotificationKind,
  cause = String(run.epoch),
): Promise<Message> {
  const tasks = await deps.db.tasks.listOfRun(run.id);
  const spending = await deps.db.usage.spendingOf(run.id);
  const landed = tasks.find((task) => task.state.status === "done")?.state;
  const lines = [
    run.goal,
    ...tasks.map((task) => `${task.key} ${task.title}: ${task.state.status}`),
    ...run.stageResults.map((result) => `${result.stage}: ${result.output}`),
    ...(landed?.status === "done" ? [`Commit ${landed.commit}`] : []),
    ...(run.error === null ? [] : [`${run.error.code}: ${run.error.message}`]),
    `Cost ${renderUsd(spending.settledMicroUsd)} of ${renderUsd(run.policy.budgetLimitMicroUsd)}`,
    ...(await commandsOf(deps.db, run, kind)),
  ];
  return { kind, title: `${titles[kind]}: ${run.goal.slice(0, 120)}`, text: lines.join("\n"), cause };
}

async function commandsOf(db: Database, run: Run, kind: NotificationKind): Promise<readonly string[]> {
  if (kind === "needs_approval") return approveCommands(db, run);
  if (kind === "budget_paused") return answerMoney(db, run);
  return [commands[kind](run)];
}

async function approveCommands(db: Database, run: Run): Promise<readonly string[]> {
  const approvals = await db.queue.listApprovals(run.id);
  return approvals.filter((each) => each.state.status === "pending").map(approveCommand);
}

async function answerMoney(db: Database, run: Run): Promise<readonly string[]> {
  const { first, option } = answerToPause(await db.events.listOfRun(run.id));
  return [...(first === null ? [] : [first]), `aas automate resume ${run.id}${option}`];
}
