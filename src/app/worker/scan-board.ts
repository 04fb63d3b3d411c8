import { parseDuration } from "../../config/duration.ts";
import type { AnalysisSubmission } from "../../pipeline/control/submit-analyses.ts";
import { syncBoard } from "../../pipeline/board/sync-board.ts";
import { composeBoard } from "../composing/compose-board.ts";
import { openControl } from "../project/open-control.ts";
import type { OpenedProject } from "../project/open-project.ts";
import { submitFrom } from "../starting/submit-from.ts";
import { ensureWorkerIfNeeded } from "./worker-process.ts";

export interface BoardScan {
  readonly submission: AnalysisSubmission;
  /** What stands on the board and could not be taken over. */
  readonly problems: readonly string[];
  readonly nextScanMs: number;
}

/**
 * One look at the board: reads what people wrote, sends what is new, and makes sure that somebody works on what is open.
 * The settings are read each time, because a monitor lives longer than they do.
 */
export async function scanBoard(project: OpenedProject): Promise<BoardScan> {
  await using control = await openControl(project);
  const board = composeBoard(control);
  const problems = await syncBoard({ ...control, board }, control.home.id);
  const submission = await submitFrom(control, null);
  if (await hasWork(project)) ensureWorkerIfNeeded(project);
  const { scanInterval } = control.base.config.batch;
  return { submission, problems, nextScanMs: parseDuration(scanInterval, "batch.scanInterval") };
}

/** A run that waits for a person needs no worker until it is answered. */
async function hasWork({ db, home }: OpenedProject): Promise<boolean> {
  const open = await db.runs.list(home.id, { statuses: ["queued", "running"], limit: 1 });
  return open.length > 0;
}
