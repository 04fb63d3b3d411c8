import { findShortage } from "../../app/project/disk-space.ts";
import type { OpenedProject } from "../../app/project/open-project.ts";
import { workerLogOf } from "../../app/project/project-home.ts";
import { ensureWorkerIfNeeded, findWorker } from "../../app/worker/worker-process.ts";
import type { AasError } from "../../domain/errors.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import { decideApproval } from "../../pipeline/control/decide-approval.ts";
import { summarizeRun } from "../../pipeline/queries/run-summary.ts";
import { exitCodeOfRun, exitCodes } from "../exit-codes.ts";
import { toRunDocument } from "../documents/run-document.ts";
import { renderEventLine, renderPlainLine } from "../render/event-line.ts";
import { renderProgress, renderRunEnd } from "../render/run-text.ts";
import type { CommandResult } from "../run-command.ts";
import type { Terminal } from "../terminal.ts";
import { askPerson } from "./ask-person.ts";
import { followRun } from "./follow-events.ts";

export interface FollowOptions {
  /** What happens to a question when nobody can be asked: it stays, or it is answered with yes and told so. */
  readonly unasked: "leave" | "say_yes";
}

/** Shows a run as it happens; Ctrl-C leaves it running. */
export async function followAndReport(
  terminal: Terminal,
  project: OpenedProject,
  runId: RunId,
  options: FollowOptions,
): Promise<CommandResult> {
  const started = await project.db.runs.get(runId);
  const detached = detachOnInterrupt(terminal, started);
  if (!terminal.isJson)
    terminal.say(`  ${runId}  ${started.goal.slice(0, 80)}\n  Ctrl-C detaches; the run keeps going`);
  try {
    const ended = await followRun(project, runId, {
      onEvent: (event) => {
        if (terminal.isJson) terminal.answer(JSON.stringify({ schemaVersion: 1, event }));
        else if (!terminal.isInteractive) terminal.say(renderPlainLine(event));
        else sayIfAny(terminal, renderEventLine(event, started.createdAt));
      },
      onPause: (run) => answerPause(terminal, project, run, options),
      onQuiet: (run) => reviveWorker(terminal, project, run),
      onTrouble: (trouble) => tellTrouble(terminal, trouble),
    });
    return await reportEnd(project, ended);
  } finally {
    detached.stop();
  }
}

/** A worker that died is replaced: whoever watches is the first to notice. On a full disk the next would die as well. */
async function reviveWorker(terminal: Terminal, project: OpenedProject, run: Run): Promise<void> {
  terminal.say(renderProgress(run));
  const shortage = await findShortage(project.home.stateFolder);
  if (shortage !== null) return tellTrouble(terminal, shortage);
  if (project.store.choice.kind === "pglite" || findWorker(project.home) !== null) return;
  terminal.say(`  No worker runs; starting one. Its log: ${workerLogOf(project.home)}`);
  ensureWorkerIfNeeded(project);
}

function tellTrouble(terminal: Terminal, { code, message, cure }: AasError): void {
  terminal.say(`  ${code}: ${message} The run goes on by itself when that is over.`);
  if (cure !== null) terminal.say(`  fix: ${cure}`);
}

function sayIfAny(terminal: Terminal, line: string | null): void {
  if (line !== null) terminal.say(line, "event");
}

async function reportEnd(project: OpenedProject, run: Run): Promise<CommandResult> {
  const summary = await summarizeRun(project, run.id);
  return { text: renderRunEnd(summary), result: toRunDocument(summary), exitCode: exitCodeOfRun(run.state) };
}

/** True: the command ends here. A person at the terminal is asked. */
async function answerPause(
  terminal: Terminal,
  project: OpenedProject,
  run: Run,
  options: FollowOptions,
): Promise<boolean> {
  if (run.state.status !== "paused" || run.state.reason !== "approval") return true;
  const approvals = await project.db.queue.listApprovals(run.id);
  const approval = approvals.find((each) => each.state.status === "pending");
  if (approval === undefined) return false;
  if (options.unasked === "say_yes") {
    terminal.say(`  ${approval.question}  yes (answered by the command itself: nobody is asked here)`);
    await decideApproval(project, approval, { kind: "yes" });
    return false;
  }
  // Nobody sits here: the exit code and the report tell what is asked, and how to answer.
  if (!terminal.isInteractive) return true;
  return askPerson(terminal, project, run, approval);
}

/** Ctrl-C while following never stops the run: it tells how to come back. */
function detachOnInterrupt(terminal: Terminal, run: Run): { readonly stop: () => void } {
  function detach(): void {
    terminal.say(
      [
        "",
        `  Detached. ${run.id} keeps going.`,
        `    aas automate attach ${run.id}     watch again`,
        `    aas automate pause  ${run.id}     stop at the next safe point`,
        `    aas automate cancel ${run.id}     stop for good (asks first)`,
      ].join("\n"),
    );
    process.exit(exitCodes.interrupted);
  }
  process.on("SIGINT", detach);
  return { stop: () => void process.off("SIGINT", detach) };
}
