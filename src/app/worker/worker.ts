import type { PipelineDeps } from "../../pipeline/pipeline-deps.ts";
import { cleanUpCanceled } from "../../pipeline/driving/clean-up-canceled.ts";
import { endBatches } from "../../pipeline/driving/end-batches.ts";
import { type Admission, driveRuns, workflowDefinitions } from "../../pipeline/driving/drive-runs.ts";
import { relaySignals } from "../../pipeline/driving/relay-signals.ts";
import { syncBoard } from "../../pipeline/board/sync-board.ts";
import { Deliveries } from "../../pipeline/notifying/deliveries.ts";
import { notifyFromEvents } from "../../pipeline/notifying/notify-from-events.ts";
import { messageOf } from "../../domain/errors.ts";
import type { Channel } from "../../ports/channel.ts";
import { areOutdated } from "../../pipeline/control/settings-note.ts";
import { keepBatchResults } from "./keep-batch-results.ts";
import { Troubles } from "./troubles.ts";

export interface RoundOptions extends Admission {
  readonly deps: PipelineDeps;
  readonly deliveries: Deliveries;
  /** Where the results of batches are kept as files. */
  readonly batchResultsFolder: string;
}

export interface WorkerOptions extends Omit<RoundOptions, "deliveries"> {
  readonly channels: readonly Channel[];
  readonly buildConcurrency: number;
  /** Ends the worker after this long without work; null keeps it. */
  readonly idleExitMs: number | null;
}

export type WorkerEnd =
  | { readonly kind: "stopped" }
  /** Nothing was left to do up to this event. */
  | { readonly kind: "idle"; readonly seq: number }
  | { readonly kind: "outdated" };

const lookEveryMs = 200;

/** In an outage each look costs more than it brings. */
const longestPauseMs = 5_000;

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
  let failedInARow = 0;
  const troubles = new Troubles(deps);
  for (let look = 0; !stop.aborted; look += 1) {
    const at = { seq, isCleaning: look % cleanEveryLooks === 0 };
    const round = await tryRound({ ...options, deliveries }, at, troubles);
    seq = round.seq;
    failedInARow = round.hasFailed ? failedInARow + 1 : 0;
    if (round.isOutdated) return { kind: "outdated" };
    if (round.isBusy) lastBusyAt = Date.now();
    if (idleExitMs !== null && Date.now() - lastBusyAt > idleExitMs) {
      if (!(await hasNearMessages(options, deliveries))) return { kind: "idle", seq };
      lastBusyAt = Date.now();
    }
    await pause(Math.min(lookEveryMs * 2 ** failedInARow, longestPauseMs), stop);
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
  /** Nothing of it was done. */
  readonly hasFailed: boolean;
}

const failedRound = { message: "a round of the worker failed", about: {} };

/** An outage of the database costs a round, not the worker. */
export async function tryRound(
  options: RoundOptions,
  at: { readonly seq: number; readonly isCleaning: boolean },
  troubles = new Troubles(options.deps),
): Promise<Round> {
  try {
    const round = await workRound(options, at, troubles);
    troubles.wentWell(failedRound);
    return round;
  } catch (error) {
    troubles.failed(failedRound, messageOf(error));
    return { seq: at.seq, isBusy: true, isOutdated: false, hasFailed: true };
  }
}

/** One look of a worker at everything that may have to move. */
async function workRound(
  options: RoundOptions,
  at: { readonly seq: number; readonly isCleaning: boolean },
  troubles: Troubles,
): Promise<Round> {
  const { deps, deliveries, projectId, composed } = options;
  if (await areOutdated(deps.db, projectId, composed))
    return { seq: at.seq, isBusy: true, isOutdated: true, hasFailed: false };
  const duties = new Duties(troubles);
  const driven = await duties.perform("runs", () => driveRuns(deps, options), 0);
  const seq = await duties.perform("signals", () => relaySignals(deps, projectId, at.seq), at.seq);
  const isThorough = at.isCleaning || seq !== at.seq;
  const open = isThorough ? await cleanUp(options, duties) : 0;
  const queued = await duties.perform("notifications", () => notifyFromEvents(deps, projectId), 0);
  deliveries.start();
  const isBusy = driven + open + queued > 0 || duties.haveFailed || seq !== at.seq;
  if (isThorough) await writeFiles(options, duties);
  return { seq, isBusy, isOutdated: false, hasFailed: false };
}

/** What people read in folders of theirs. One that is gone or full stops no run and keeps no worker: the facts are in the database. */
async function writeFiles(
  { deps, projectId, batchResultsFolder }: RoundOptions,
  duties: Duties,
): Promise<void> {
  await duties.perform("board", () => syncBoard(deps, projectId), undefined);
  const keep = (): Promise<unknown> => keepBatchResults(deps, projectId, batchResultsFolder);
  await duties.perform("files of batch results", keep, null);
}

/** Answers how many batches of runs that are over are still on their way to their end. */
async function cleanUp({ deps, projectId }: RoundOptions, duties: Duties): Promise<number> {
  await duties.perform("canceled runs", () => cleanUpCanceled(deps, projectId), undefined);
  return duties.perform("batches of runs that are over", () => endBatches(deps, projectId), 0);
}

/** What a round does, each tried apart: what cannot be done now holds up nothing else, and is tried again in the next. */
class Duties {
  haveFailed = false;
  readonly #troubles: Troubles;

  constructor(troubles: Troubles) {
    this.#troubles = troubles;
  }

  async perform<Result>(duty: string, work: () => Promise<Result>, otherwise: Result): Promise<Result> {
    const spot = { message: "a duty of the worker failed", about: { duty } };
    try {
      const result = await work();
      this.#troubles.wentWell(spot);
      return result;
    } catch (error) {
      this.haveFailed = true;
      this.#troubles.failed(spot, messageOf(error));
      return otherwise;
    }
  }
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
