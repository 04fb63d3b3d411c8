import type { Event } from "../../domain/event.ts";
import type { RunId } from "../../domain/ids.ts";
import { isTerminal, type Run } from "../../domain/run.ts";
import type { OpenedProject } from "../../app/open-project.ts";

export interface Follower {
  /** Called once for each event, in order. */
  onEvent(event: Event): void;
  /** Called when the run asks or stops; true ends the following. */
  onPause(run: Run): Promise<boolean>;
  /** Called when nothing was heard for a while. */
  onQuiet(run: Run): void;
}

const lookEveryMs = 150;
const pageSize = 500;
const quietMs = 15_000;

/** Follows a run from its first event until it is settled, or until the follower has seen enough of a pause. */
export async function followRun(project: OpenedProject, runId: RunId, follower: Follower): Promise<Run> {
  const before = await project.db.events.listOfRun(runId);
  for (const event of before) follower.onEvent(event);
  let seq = before.at(-1)?.seq ?? 0;
  let lastHeardAt = Date.now();
  for (;;) {
    const run = await project.db.runs.get(runId);
    const page = await project.db.events.listAfter(project.home.id, seq, pageSize);
    seq = page.at(-1)?.seq ?? seq;
    const events = page.filter((each) => each.runId === runId);
    for (const event of events) follower.onEvent(event);
    if (events.length > 0) lastHeardAt = Date.now();
    if (page.length === pageSize) continue;
    if (isTerminal(run.state)) return run;
    if (run.state.status === "paused") {
      const askedAt = Date.now();
      if (await follower.onPause(run)) return run;
      // A person may think for minutes at the prompt: that is not the run being quiet.
      lastHeardAt += Date.now() - askedAt;
    }
    if (Date.now() - lastHeardAt > quietMs) {
      follower.onQuiet(run);
      lastHeardAt = Date.now();
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
