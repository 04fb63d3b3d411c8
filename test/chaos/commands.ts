import type { OpenedControl } from "../../src/app/project/open-control.ts";
import { configHashKey } from "../../src/pipeline/control/settings-note.ts";
import { toRunPolicy } from "../../src/config/to-run-policy.ts";
import type { Approval } from "../../src/domain/approval.ts";
import type { Run } from "../../src/domain/run.ts";
import { decideApproval, findQuestion } from "../../src/pipeline/control/decide-approval.ts";
import { requestRollback } from "../../src/pipeline/control/request-rollback.ts";
import { startRun } from "../../src/pipeline/control/start-run.ts";
import { retryRun } from "../../src/pipeline/control/retry-run.ts";
import { cancelRun, pauseRun, prioritizeRun, resumeRun } from "../../src/pipeline/control/steer-run.ts";

export type CommandName = keyof typeof commands;

/** What a person can say about a goal. Saying it again after a crash must do no harm. */
export const commands = {
  start: async (control: OpenedControl, goal: string) => {
    const runs = await control.db.runs.list(control.home.id, { limit: 100 });
    if (runs.some((run) => run.goal === goal)) return;
    await startRun(control, {
      projectId: control.home.id,
      goal,
      priority: "medium",
      assignee: null,
      source: { kind: "goal" },
      policy: toRunPolicy(control.base.config),
      baseBranch: control.settings.baseBranch,
      metadata: { [configHashKey]: control.base.textHash },
    });
  },
  approve: async (control: OpenedControl, goal: string) => {
    await decideApproval(control, await questionOf(control, goal), { kind: "yes" });
  },
  reject: async (control: OpenedControl, goal: string) => {
    await decideApproval(control, await questionOf(control, goal), { kind: "no", reason: "not now" });
  },
  pause: async (control: OpenedControl, goal: string) => {
    await pauseRun(control, (await runOf(control, goal)).id);
  },
  resume: async (control: OpenedControl, goal: string) => {
    await resumeRun(control, (await runOf(control, goal)).id);
  },
  cancel: async (control: OpenedControl, goal: string) => {
    await cancelRun(control, (await runOf(control, goal)).id);
  },
  prioritize: async (control: OpenedControl, goal: string) => {
    await prioritizeRun(control, (await runOf(control, goal)).id, "high");
  },
  retry: async (control: OpenedControl, goal: string) => {
    await retryRun(control, (await runOf(control, goal)).id, { hint: "Divide by two.", force: false });
  },
  rollback: async (control: OpenedControl, goal: string) => {
    await requestRollback(control, (await runOf(control, goal)).id, "it was a story");
  },
} as const;

async function questionOf(control: OpenedControl, goal: string): Promise<Approval> {
  return findQuestion(control, (await runOf(control, goal)).id, null);
}

async function runOf(control: OpenedControl, goal: string): Promise<Run> {
  const runs = await control.db.runs.list(control.home.id, { limit: 100 });
  const run = runs.find((each) => each.goal === goal);
  if (run === undefined) throw new Error(`Nobody has started ${goal}`);
  return run;
}
