import { setTimeout as sleep } from "node:timers/promises";
import { type BoardScan, scanBoard } from "../../app/worker/scan-board.ts";
import { openControl } from "../../app/project/open-control.ts";
import { type OpenedProject, openProject } from "../../app/project/open-project.ts";
import { assertModel } from "../../app/starting/submit-from.ts";
import { withWorker } from "../../app/worker/with-worker.ts";
import { isAasError } from "../../domain/errors.ts";
import type { RunId } from "../../domain/ids.ts";
import type { CommandFunction } from "../register.ts";
import { type BatchChange, renderBatchChange, toBatchChange } from "../render/batch-change-line.ts";
import type { CommandResult } from "../run-command.ts";
import type { Terminal } from "../terminal.ts";

interface Watch {
  readonly terminal: Terminal;
  readonly project: OpenedProject;
  readonly stop: AbortSignal;
  readonly isOnce: boolean;
}

/** `aas batch watch`: has new tasks of the board analysed as they come. What it started goes on without it. */
export const watchBatches: CommandFunction = async (terminal, _args, options) => {
  await using project = await openProject(terminal.cwd, terminal.env);
  await using control = await openControl(project);
  assertModel(control);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const watching = { terminal, project, stop: stop.signal, isOnce: options["once"] === true };
  // A background worker is started when there is something to do, and only this process can do it otherwise.
  if (project.store.choice.kind !== "pglite") return await watch(watching);
  return await withWorker(control, () => watch(watching));
};

/** The first wait, until the settings were read once. */
const firstRetryMs = 60_000;

async function watch(watching: Watch): Promise<CommandResult> {
  const { project, stop, isOnce } = watching;
  const teller = makeTeller(watching.terminal);
  const submitted: RunId[] = [];
  let seq = await project.db.events.lastSeq(project.home.id);
  let nextScanMs = firstRetryMs;
  for (;;) {
    try {
      const scan = await scanBoard(project);
      ({ nextScanMs } = scan);
      if (scan.submission.kind === "submitted") submitted.push(scan.submission.run.id);
      for (const change of changesOf(scan, project.clock.now())) teller.tell(change);
      if (!isOnce) seq = await tellEvents(watching, teller, seq, nextScanMs);
    } catch (error) {
      if (isOnce || !isAasError(error)) throw error;
      teller.tell({ kind: "failed", at: project.clock.now(), subject: null, text: error.message });
      await pause(nextScanMs, stop);
    }
    if (isOnce || stop.aborted) return { text: "", result: { submitted } };
  }
}

/** What one look at the board brought. */
function changesOf({ submission, problems }: BoardScan, at: Date): readonly BatchChange[] {
  const notes = problems.map((text) => ({ kind: "note", at, subject: null, text }) as const);
  if (submission.kind === "busy") return notes;
  const left = submission.unproven.map(
    ({ key }) =>
      ({ kind: "note", at, subject: key, text: "is left out: nothing would prove the work on it" }) as const,
  );
  if (submission.kind === "nothing_new") return [...notes, ...left];
  const text = submission.tasks.map((task) => task.key).join(", ");
  return [...notes, ...left, { kind: "submitted", at, subject: submission.run.id, text }];
}

const pageSize = 500;
const lookEveryMs = 1_000;

/** Tells what happens until it is time to look at the board again; answers the last event it has read. */
async function tellEvents(
  { project, stop }: Watch,
  teller: Teller,
  afterSeq: number,
  forMs: number,
): Promise<number> {
  let seq = afterSeq;
  for (let leftMs = forMs; leftMs > 0 && !stop.aborted; leftMs -= lookEveryMs) {
    const events = await project.db.events.listAfter(project.home.id, seq, pageSize);
    seq = events.at(-1)?.seq ?? seq;
    for (const change of events.map(toBatchChange)) if (change !== null) teller.tell(change);
    await pause(Math.min(leftMs, lookEveryMs), stop);
  }
  return seq;
}

interface Teller {
  tell(change: BatchChange): void;
}

/** A problem that stays is told once, not at every look. */
function makeTeller(terminal: Terminal): Teller {
  const standing = new Set<string>();
  return {
    tell: (change) => {
      const about = `${change.subject ?? ""} ${change.text}`;
      const isStanding = change.kind === "note" || change.subject === null;
      if (isStanding && standing.has(about)) return;
      if (isStanding) standing.add(about);
      terminal.answer(
        terminal.isJson ? JSON.stringify({ schemaVersion: 1, change }) : renderBatchChange(change),
      );
    },
  };
}

async function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  // Told to stop, it wakes at once.
  await sleep(milliseconds, null, { signal: stop }).catch((): void => undefined);
}
