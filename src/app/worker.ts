import type { PipelineDeps } from "../pipeline/pipeline-deps.ts";
import { cleanUpCanceled } from "../pipeline/driving/clean-up-canceled.ts";
import { driveRuns, workflowDefinitions } from "../pipeline/driving/drive-runs.ts";
import { relaySignals } from "../pipeline/driving/relay-signals.ts";
import { syncBoard } from "../pipeline/board/sync-board.ts";
import { Deliveries } from "../pipeline/notifying/deliveries.ts";
import { notifyFromEvents } from "../pipeline/notifying/notify-from-events.ts";
import { messageOf } from "../domain/errors.ts";
import type { ProjectId } from "../domain/ids.ts";
import type { Channel } from "../ports/channel.ts";
import { keepBatchResults } from "./keep-batch-results.ts";

export interface RoundOptions {
  readonly deps: PipelineDeps;
  readonly deliveries: Deliveries;
  readonly projectId: ProjectId;
  readonly maxConcurrentRuns: number;
  /** Where the results of batches are kept as files. */
  readonly batchResultsFolder: string;
  /** The configuration this worker was composed from. */
  readonly configHash: string;
  readonly composedAt: Date;
}

export interface WorkerOptions extends Omit<RoundOptions, "deliveries"> {
  readonly channels: readonly Channel[];
  readonly buildConcurrency: number;
  /** Ends the worker after this long without work; null keeps it. */
  readonly idleExitMs: number | null;
}

/** A run says which configuration it was started with. */
export const configHashKey = "configHash";

export type WorkerEnd =
  | { readonly kind: "stopped" }
  /** Nothing was left to do up to this event. */
  | { readonly kind: "idle"; readonly seq: number }
  | { readonly kind: "outdated" };

const lookEveryMs = 200;

/** What was told just before a worker died may have woken nobody. A signal that came through already counts once. */
const eventsRelayedAgain = 100;

const cleanEveryLooks = 10;

/** Takes work until it is told to stop or nothing was left to do for a while. Any number may do so at once. */
export async function runWorker(options: WorkerOptions, stop: AbortSignal): Promise<WorkerEnd> {
  const { deps, channels } = options;
  await deps.durable.launch(workflowDefinitions(deps, options.buildConcurrency));
  const deliveries = new Deliveries({ ...deps, channels });
  const callOff = (): void => void deliveries.close();
  stop.addEventListener("abort", callOff);
  try {
    return await workRounds(options, deliveries, stop);
  } finally {
    stop.removeEventListener("abort", callOff);
    await deliveries.close();
    await deps.durable.shutdown();
  }
}

async function workRounds(
  options: WorkerOptions,
  deliveries: Deliveries,
  stop: AbortSignal,
): Promise<WorkerEnd> {
  const { deps, projectId, idleExitMs } = options;
  let seq = Math.max(0, (await deps.db.events.lastSeq(projectId)) - eventsRelayedAgain);
  let lastBusyAt = Date.now();
  for (let look = 0; !stop.aborted; look += 1) {
    const round = await tryRound(
      { ...options, deliveries },
      { seq, isCleaning: look % cleanEveryLooks === 0 },
    );
    seq = round.seq;
    if (round.isOutdated) return { kind: "outdated" };
    if (round.isBusy) lastBusyAt = Date.now();
    if (idleExitMs !== null && Date.now() - lastBusyAt > idleExitMs) {
      if (!(await hasNearMessages(options, deliveries))) return { kind: "idle", seq };
      lastBusyAt = Date.now();
    }
    await pause(lookEveryMs, stop);
  }
  return { kind: "stopped" };
}

/** Who cannot tell stays, as in an outage of the database. */
async function hasNearMessages({ deps }: WorkerOptions, deliveries: Deliveries): Promise<boolean> {
  try {
    return await deliveries.areNear();
  } catch (error) {
    deps.log.warn({ error: messageOf(error) }, "the messages that are left cannot be read");
    return true;
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
): Promise<Round> {
  try {
    return await workRound(options, at);
  } catch (error) {
    options.deps.log.warn({ error: messageOf(error) }, "a round of the worker failed");
    return { seq: at.seq, isBusy: true, isOutdated: false };
  }
}

/** One look of a worker at everything that may have to move. */
async function workRound(
  options: RoundOptions,
  at: { readonly seq: number; readonly isCleaning: boolean },
): Promise<Round> {
  const { deps, deliveries, projectId, maxConcurrentRuns, configHash, composedAt } = options;
  if (await isOutdated(deps, projectId, { configHash, at: composedAt }))
    return { seq: at.seq, isBusy: true, isOutdated: true };
  const driven = await driveRuns(deps, projectId, maxConcurrentRuns);
  const seq = await relaySignals(deps, projectId, at.seq);
  if (at.isCleaning || seq !== at.seq) await cleanUpCanceled(deps, projectId);
  const queued = await notifyFromEvents(deps, projectId);
  deliveries.start();
  if (seq !== at.seq || at.isCleaning) {
    await syncBoard(deps, projectId);
    await tryKeepResults(options);
  }
  return { seq, isBusy: driven > 0 || queued > 0 || seq !== at.seq, isOutdated: false };
}

/** A folder that cannot be written stops no run: the results are in the database. */
async function tryKeepResults({ deps, projectId, batchResultsFolder }: RoundOptions): Promise<void> {
  try {
    await keepBatchResults(deps, projectId, batchResultsFolder);
  } catch (error) {
    deps.log.warn({ error: messageOf(error) }, "the results of a batch were not kept as a file");
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
