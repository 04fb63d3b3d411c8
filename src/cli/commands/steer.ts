import { findRun } from "../../app/project/find-run.ts";
import { openProject, type OpenedProject } from "../../app/project/open-project.ts";
import { ensureWorkerIfNeeded } from "../../app/worker/worker-process.ts";
import { readBaseMoney } from "../../app/settings/read-base-money.ts";
import { type Approval, approveCommand } from "../../domain/approval.ts";
import { toMicroUsd } from "../../domain/money/budget.ts";
import { AasError } from "../../domain/errors.ts";
import { isPriority, priorities } from "../../domain/priority.ts";
import type { RollbackState } from "../../domain/rollback.ts";
import type { Run } from "../../domain/run.ts";
import type { RunAmendment } from "../../pipeline/control/amend-run.ts";
import { decideApproval, findQuestion } from "../../pipeline/control/decide-approval.ts";
import { requestRollback } from "../../pipeline/control/request-rollback.ts";
import { retryRun } from "../../pipeline/control/retry-run.ts";
import { cancelRun, pauseRun, prioritizeRun, resumeRun } from "../../pipeline/control/steer-run.ts";
import { describeRunState } from "../../domain/running/told-run-state.ts";
import { confirm } from "../confirm.ts";
import { exitCodes } from "../exit-codes.ts";
import { parseBudget } from "../parse-budget.ts";
import { readCount } from "../read-count.ts";
import { readSource } from "../read-source.ts";
import type { CommandFunction, Options } from "../register.ts";
import type { CommandResult } from "../run-command.ts";
import type { Terminal } from "../terminal.ts";

const maxTokens = 999_999_999;

const pause: CommandFunction = async (terminal, args) =>
  withRun(terminal, args, async (project, run) => told(await pauseRun(project, run.id)));

const resume: CommandFunction = async (terminal, args, options) =>
  withRun(terminal, args, async (project, run) =>
    told(await resumeRun(project, run.id, await resumeOptions(project, run, options))),
  );

/** Caps and prices are read anew where money stopped a run: they may be other ones by now. */
async function resumeOptions(project: OpenedProject, run: Run, options: Options): Promise<RunAmendment> {
  const { budget, tokens } = options;
  const source = await readSource(options);
  const isForMoney = run.state.status === "paused" && run.state.reason === "money";
  return {
    ...(isForMoney ? await readBaseMoney(project, run.baseBranch) : {}),
    ...(typeof tokens === "string" ? { budgetPerRunTokens: readCount(options, "tokens", maxTokens) } : {}),
    ...(typeof budget === "string" ? { budgetLimitMicroUsd: toMicroUsd(parseBudget(budget)) } : {}),
    ...(source === null ? {} : { source }),
  };
}

const cancel: CommandFunction = async (terminal, args, options) =>
  withRun(terminal, args, async (project, run) => {
    const question = `Cancel ${run.id} (${run.goal.slice(0, 60)})? What it collected stays on its branch but will not land.`;
    await confirm(terminal, question, options["yes"] === true);
    return told(await cancelRun(project, run.id));
  });

const retry: CommandFunction = async (terminal, args, options) =>
  withRun(terminal, args, async (project, run) => {
    const hint = typeof options["hint"] === "string" ? options["hint"] : null;
    const source = await readSource(options);
    const given = { hint, force: options["force"] === true, ...(source === null ? {} : { source }) };
    return told(await retryRun(project, run.id, given));
  });

const approve: CommandFunction = async (terminal, args) =>
  withRun(terminal, args, async (project, run) => {
    const commit = args[1] ?? null;
    const asked = await findQuestion(project, run.id, commit);
    if (commit === null) await askForCommit(terminal, asked);
    return answered("Approved", await decideApproval(project, asked, { kind: "yes" }));
  });

const reject: CommandFunction = async (terminal, args, options) =>
  withRun(terminal, args, async (project, run) => {
    const asked = await findQuestion(project, run.id, args[1] ?? null);
    const answer = { kind: "no", reason: String(options["reason"]) } as const;
    return answered("Rejected", await decideApproval(project, asked, answer));
  });

/** What is asked may have changed since the person read it: without the commit's name it is shown first. */
async function askForCommit(terminal: Terminal, asked: Approval): Promise<void> {
  if (!terminal.isInteractive)
    throw new AasError("usage", `A yes is to one commit, and none is named. Asked: ${asked.question}`, {
      cure: approveCommand(asked),
    });
  await confirm(terminal, asked.question, false);
}

function answered(word: string, { runId, id, sha, question }: Approval): CommandResult {
  return { text: `${word}: ${question}`, result: { runId, approvalId: id, sha } };
}

const prioritize: CommandFunction = async (terminal, args) =>
  withRun(terminal, args, async (project, run) => {
    const [, level = ""] = args;
    if (!isPriority(level)) {
      throw new AasError("usage", `${JSON.stringify(level)} is not a priority.`, {
        cure: priorities.join(", "),
      });
    }
    const changed = await prioritizeRun(project, run.id, level);
    return {
      text: `${run.id} has priority ${changed.priority}.`,
      result: { runId: run.id, priority: changed.priority },
    };
  });

const rollback: CommandFunction = async (terminal, args, options) =>
  withRun(terminal, args, async (project, run) => {
    await confirm(
      terminal,
      `Undo ${run.id} (${run.goal.slice(0, 60)}) by a revert commit?`,
      options["yes"] === true,
    );
    const requested = await requestRollback(project, run.id, String(options["reason"]));
    if (options["wait"] !== true) return rollbackTold(run, requested.id, requested.state);
    const { waitForRollback } = await import("../follow/wait-for-rollback.ts");
    return rollbackTold(run, requested.id, await waitForRollback(project, requested.id));
  });

function rollbackTold(run: Run, rollbackId: string, state: RollbackState): CommandResult {
  const why = state.status === "failed" ? ` ${state.reason}` : "";
  return {
    text: `Rollback of ${run.id}: ${state.status}.${why}`,
    result: { runId: run.id, rollbackId, state: state.status },
    exitCode: state.status === "failed" ? exitCodes.failure : exitCodes.success,
  };
}

/** Opens the project, does it, and makes sure that somebody acts on it. */
async function withRun(
  terminal: Terminal,
  args: readonly string[],
  work: (project: OpenedProject, run: Run) => Promise<CommandResult>,
): Promise<CommandResult> {
  await using project = await openProject(terminal.cwd, terminal.env);
  const run = await findRun(project, args[0] ?? "last");
  const result = await work(project, run);
  ensureWorkerIfNeeded(project);
  return result;
}

function told(run: Run): CommandResult {
  const state = describeRunState(run.state);
  return { text: `${run.id} is ${state}.`, result: { runId: run.id, state: run.state } };
}

/** What can be done to a run, by the name of its command. */
export const steering = { pause, resume, cancel, retry, approve, reject, prioritize, rollback } as const;
