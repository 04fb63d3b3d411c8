import type { AasError } from "../../domain/errors.ts";
import type { Event } from "../../domain/event.ts";
import type { RunId } from "../../domain/ids.ts";
import { isTerminal, type Run } from "../../domain/run.ts";
import type { OpenedProject } from "../../app/project/open-project.ts";
import { withPatience } from "./patience.ts";

export interface Follower {
  /** Called once for each event, in order. */
  onEvent(event: Event): void;
  /** Called when the run asks or stops; true ends the following. */
  onPause(run: Run): Promise<boolean>;
  /** Called when nothing was heard for a while. */
  onQuiet(run: Run): Promise<void>;
  /** Called when nothing can be heard now; the following goes on. */
  onTrouble(trouble: AasError): void;
}

const lookEveryMs = 150;
const pageSize = 500;
const quietMs = 15_000;

/** How far the follower has come. */
interface Place {
  seq: number;
  lastHeardAt: number;
}

/** Follows a run from its first event until it is settled, or until the follower has seen enough of a pause. */
export async function followRun(project: OpenedProject, runId: RunId, follower: Follower): Promise<Run> {
  const before = await project.db.events.listOfRun(runId);
  for (const event of before) follower.onEvent(event);
  const place: Place = { seq: before.at(-1)?.seq ?? 0, lastHeardAt: Date.now() };
  const look = async (): Promise<Run | null> => {
    const run = await project.db.runs.get(runId);
    await hear(project, runId, place, follower);
    return isTerminal(run.state) || (await isEnough(run, place, follower)) ? run : null;
  };
  for (;;) {
    const run = await withPatience(look, (trouble) => follower.onTrouble(trouble));
    if (run !== null) return run;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** Tells all that there is, page by page: others' runs write into the same log. */
async function hear(project: OpenedProject, runId: RunId, place: Place, follower: Follower): Promise<void> {
  for (;;) {
    const page = await project.db.events.listAfter(project.home.id, place.seq, pageSize);
    place.seq = page.at(-1)?.seq ?? place.seq;
    const events = page.filter((each) => each.runId === runId);
    for (const event of events) follower.onEvent(event);
    if (events.length > 0) place.lastHeardAt = Date.now();
    if (page.length < pageSize) return;
  }
}

async function isEnough(run: Run, place: Place, follower: Follower): Promise<boolean> {
  if (run.state.status === "paused") {
    const askedAt = Date.now();
    if (await follower.onPause(run)) return true;
    // A person may think for minutes at the prompt: that is not the run being quiet.
    place.lastHeardAt += Date.now() - askedAt;
  }
  if (Date.now() - place.lastHeardAt > quietMs) {
    await follower.onQuiet(run);
    place.lastHeardAt = Date.now();
  }
  return false;
}
