import type { PipelineDeps } from "../pipeline/pipeline-deps.ts";
import { cleanUpCanceled } from "../pipeline/driving/clean-up-canceled.ts";
import { callOffBatches } from "../pipeline/driving/call-off-batches.ts";
import { driveRuns, workflowDefinitions } from "../pipeline/driving/drive-runs.ts";
import { relaySignals } from "../pipeline/driving/relay-signals.ts";
import { syncBoard } from "../pipeline/board/sync-board.ts";
import { deliverOutbox } from "../pipeline/notifying/deliver-outbox.ts";
import { notifyFromEvents } from "../pipeline/notifying/notify-from-events.ts";
import { messageOf } from "../domain/errors.ts";
import type { ProjectId } from "../domain/ids.ts";
import type { Channel } from "../ports/channel.ts";
import { keepBatchResults } from "./keep-batch-results.ts";

export interface RoundOptions {
  readonly deps: PipelineDeps;
  readonly channels: readonly Channel[];
  readonly projectId: ProjectId;
  readonly maxConcurrentRuns: number;
  /** Where the results of batches are kept as files. */
  readonly batchResultsFolder: string;
  /** The configuration this worker was composed from. */
  readonly configHash: string;
  readonly composedAt: Date;
}

export interface WorkerOptions extends RoundOptions {
  readonly buildConcurrency: number;
  /** Ends the worker after this long without work; null keeps it. */
  readonly idleExitMs: number | null;
}

/** A run says which configuration it was started with. */
export const configHashKey = "configHash";

export type WorkerEnd = "stopped" | "idle" | "outdated";

const lookEveryMs = 200;

/** What was told just before a worker died may have woken nobody. A signal that came through already counts once. */
const eventsRelayedAgain = 100;

const cleanEveryLooks = 10;

/** Takes work until it is told to stop or nothing was left to do for a while. Any number may do so at once. */
export async function runWorker(options: WorkerOptions, stop: AbortSignal): Promise<WorkerEnd> {
  const { deps, projectId } = options;
  await deps.durable.launch(workflowDefinitions(deps, options.buildConcurrency));
  let seq = Math.max(0, (await deps.db.events.lastSeq(projectId)) - eventsRelayedAgain);
  let lastBusyAt = Date.now();
  try {
    for (let look = 0; !stop.aborted; look += 1) {
      const round = await tryRound(options, { seq, isCleaning: look % cleanEveryLooks === 0 }, stop);
      seq = round.seq;
      if (round.isBusy) lastBusyAt = Date.now();
      if (round.isOutdated) return "outdated";
      if (options.idleExitMs !== null && Date.now() - lastBusyAt > options.idleExitMs) return "idle";
      await pause(lookEveryMs, stop);
    }
    return "stopped";
  } finally {
    await deps.durable.shutdown();
  }
}

export interface Round {
  /** The event it read last. */
  readonly seq: number;
  readonly isBusy: boolean;
  readonly isOutdated: boolean;
}

/** An outage of the database costs a round, not the worker. */
export async function tryRound(
  options: RoundOptions,
  at: { readonly seq: number; readonly isCleaning: boolean },
  stop: AbortSignal,
): Promise<Round> {
  try {
    return await workRound(options, at, stop);
  } catch (error) {
    options.deps.log.warn({ error: messageOf(error) }, "a round of the worker failed");
    return { seq: at.seq, isBusy: true, isOutdated: false };
  }
}

/** One look of a worker at everything that may have to move. */
async function workRound(
  options: RoundOptions,
  at: { readonly seq: number; readonly isCleaning: boolean },
  stop: AbortSignal,
): Promise<Round> {
  const { deps, channels, projectId, maxConcurrentRuns, configHash, composedAt } = options;
  if (await isOutdated(deps, projectId, { configHash, at: composedAt }))
    return { seq: at.seq, isBusy: true, isOutdated: true };
  const duties = new Duties(deps.log);
  const driven = await duties.perform("runs", () => driveRuns(deps, projectId, maxConcurrentRuns), 0);
  const seq = await duties.perform("signals", () => relaySignals(deps, projectId, at.seq), at.seq);
  const isThorough = at.isCleaning || seq !== at.seq;
  const open = isThorough ? await cleanUp(options, duties) : 0;
  const queued = await duties.perform("notifications", () => notifyFromEvents(deps, projectId), 0);
  const sent = await duties.perform("outbox", () => deliverOutbox({ ...deps, channels }, stop), 0);
  if (isThorough) {
    await duties.perform("board", () => syncBoard(deps, projectId), undefined);
    // A folder that cannot be written stops no run: the results are in the database.
    const keep = (): Promise<unknown> => keepBatchResults(deps, projectId, options.batchResultsFolder);
    await duties.perform("files of batch results", keep, null);
  }
  const hasWork = driven + open + queued + sent > 0;
  return { seq, isBusy: hasWork || duties.haveFailed || seq !== at.seq, isOutdated: false };
}

/** Answers how many batches of canceled runs are still on their way to their end. */
async function cleanUp({ deps, projectId }: RoundOptions, duties: Duties): Promise<number> {
  await duties.perform("canceled runs", () => cleanUpCanceled(deps, projectId), undefined);
  return duties.perform("batches of canceled runs", () => callOffBatches(deps, projectId), 0);
}

/** What a round does, each tried apart: what cannot be done now holds up nothing else, and is tried again in the next. */
class Duties {
  haveFailed = false;
  readonly #log: PipelineDeps["log"];

  constructor(log: PipelineDeps["log"]) {
    this.#log = log;
  }

  async perform<Result>(duty: string, work: () => Promise<Result>, otherwise: Result): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      this.haveFailed = true;
      this.#log.warn({ duty, error: messageOf(error) }, "a duty of the worker failed");
      return otherwise;
    }
  }
}

/** A run that was started since with another configuration needs a worker that was composed from that one. */
async function isOutdated(
  deps: PipelineDeps,
  projectId: ProjectId,
  composed: { readonly configHash: string; readonly at: Date },
): Promise<boolean> {
  const [newest] = await deps.db.runs.list(projectId, { statuses: ["queued"], limit: 1 });
  if (newest === undefined || newest.createdAt < composed.at) return false;
  return (
    newest.metadata[configHashKey] !== undefined && newest.metadata[configHashKey] !== composed.configHash
  );
}

async function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      stop.removeEventListener("abort", done);
      resolve();
    }
    stop.addEventListener("abort", done);
  });
}
