import { isTerminal, type Run } from "../../domain/run.ts";
import type { Stores } from "../../ports/database.ts";
import { compareAndSet, keep, lost } from "../recording/compare-and-set.ts";
import type { RecordingDeps } from "../recording/make-event.ts";

/**
 * Writes what was found for a run as it was asked about, in one transaction with the run itself: a person may have given
 * it other work, or ended it, since. Null: nothing is written, because it is another run by now.
 */
export async function writeFor(
  deps: RecordingDeps,
  asked: Run,
  write: (stores: Stores, run: Run) => Promise<boolean>,
): Promise<Run | null> {
  const run = await compareAndSet<Run>(
    deps,
    { load: (stores) => stores.runs.get(asked.id), replace: (stores, next) => stores.runs.replace(next) },
    async (current, stores) => {
      if (!isStillAsked(current, asked)) return keep;
      return (await write(stores, current)) ? { kind: "write", next: current, events: [] } : lost;
    },
  );
  return isStillAsked(run, asked) ? run : null;
}

function isStillAsked(run: Run, asked: Run): boolean {
  return (
    !isTerminal(run.state) &&
    run.epoch === asked.epoch &&
    JSON.stringify(run.source) === JSON.stringify(asked.source)
  );
}
