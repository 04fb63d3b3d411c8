import { batchResultsFolderOf } from "../app/worker/keep-batch-results.ts";
import { tryRound } from "../app/worker/worker.ts";
import type { RunId } from "../domain/ids.ts";
import { Deliveries } from "../pipeline/notifying/deliveries.ts";
import type { PipelineDeps } from "../pipeline/pipeline-deps.ts";
import { type RunSummary, summarizeRun } from "../pipeline/queries/run-summary.ts";
import type { Channel } from "../ports/channel.ts";
import type { ScenarioPlace } from "./scenario-place.ts";

/** How scenarios are driven: by a worker that nobody ever tells of other settings. */
export const scenarioAdmission = {
  maxConcurrentRuns: 3,
  composed: { hash: "scenario", word: null },
} as const;

const lookEveryMs = 15;
const patienceMs = 60_000;

/** Drives until the run is as it is waited for. */
export type ScenarioDriver = (
  runId: RunId,
  isThere: (summary: RunSummary) => boolean | Promise<boolean>,
) => Promise<RunSummary>;

/** The worker's own round, again and again, until what is waited for is there. */
export function makeDriver(
  deps: PipelineDeps,
  place: ScenarioPlace,
  given: {
    readonly told: readonly string[];
    readonly channels: readonly Channel[];
    readonly maxConcurrentRuns: number;
  },
): ScenarioDriver {
  const { maxConcurrentRuns, channels } = given;
  const deliveries = new Deliveries({ ...deps, channels });
  const options = {
    deps,
    deliveries,
    projectId: place.project.id,
    ...scenarioAdmission,
    maxConcurrentRuns,
    batchResultsFolder: batchResultsFolderOf(place),
  };
  let seq = 0;
  return async (runId, isThere) => {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      ({ seq } = await tryRound(options, { seq, isCleaning: true }));
      await deliveries.settled();
      const summary = await summarizeRun(place, runId);
      if (await isThere(summary)) return summary;
      if (Date.now() > deadline) throw new Error(`Still ${describe(summary)}\n${given.told.join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  };
}

function describe({ run, tasks }: RunSummary): string {
  return JSON.stringify({ run: run.state, tasks: tasks.map(({ task }) => [task.key, task.state]) });
}
