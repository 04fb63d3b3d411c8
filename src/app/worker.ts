import type { PipelineDeps } from "../pipeline/pipeline-deps.ts";
import { cleanUpCanceled } from "../pipeline/driving/clean-up-canceled.ts";
import { driveRuns, workflowDefinitions } from "../pipeline/driving/drive-runs.ts";
import { relaySignals } from "../pipeline/driving/relay-signals.ts";
import { syncBoard } from "../pipeline/board/sync-board.ts";
import { deliverOutbox } from "../pipeline/notifying/deliver-outbox.ts";
import { notifyFromEvents } from "../pipeline/notifying/notify-from-events.ts";
import { messageOf } from "../domain/errors.ts";
import type { ProjectId } from "../domain/ids.ts";
import type { Channel } from "../ports/channel.ts";
import { readSettingsNote } from "../pipeline/settings-note.ts";
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

/** An outage of the database or of a channel costs a round, not the worker. */
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
  const driven = await driveRuns(deps, projectId, maxConcurrentRuns);
  const seq = await relaySignals(deps, projectId, at.seq);
  if (at.isCleaning || seq !== at.seq) await cleanUpCanceled(deps, projectId);
  const queued = await notifyFromEvents(deps, projectId);
  const sent = await deliverOutbox({ ...deps, channels }, stop);
  if (seq !== at.seq || at.isCleaning) {
    await syncBoard(deps, projectId);
    await tryKeepResults(options);
  }
  return { seq, isBusy: driven > 0 || queued > 0 || sent > 0 || seq !== at.seq, isOutdated: false };
}

/** A folder that cannot be written stops no run: the results are in the database. */
async function tryKeepResults({ deps, projectId, batchResultsFolder }: RoundOptions): Promise<void> {
  try {
    await keepBatchResults(deps, projectId, batchResultsFolder);
  } catch (error) {
    deps.log.warn({ error: messageOf(error) }, "the results of a batch were not kept as a file");
  }
}

/** A run that was started since with another configuration, or went on with other prices, needs a worker that was composed from that one. */
async function isOutdated(
  deps: PipelineDeps,
  projectId: ProjectId,
  composed: { readonly configHash: string; readonly at: Date },
): Promise<boolean> {
  const note = await readSettingsNote(deps.db, projectId);
  if (note !== null && note.atMs > composed.at.getTime() && note.hash !== composed.configHash) return true;
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
