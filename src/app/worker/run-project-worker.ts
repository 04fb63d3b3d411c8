import type { LineSink } from "../../adapters/terminal-channel/terminal-channel.ts";
import { AasError } from "../../domain/errors.ts";
import { composePipeline } from "../composing/compose-pipeline.ts";
import { openControl, type OpenedControl } from "../project/open-control.ts";
import type { Database } from "../../ports/database.ts";
import { type OpenedProject, openProject } from "../project/open-project.ts";
import type { ProcessLock } from "./process-lock.ts";
import { watchLock } from "./watched-lock.ts";
import type { ProjectHome } from "../project/project-home.ts";
import type { Environment } from "../environment.ts";
import { batchResultsFolderOf } from "./keep-batch-results.ts";
import { refuseKeyless } from "../starting/refuse-keyless.ts";
import { runWorker, type WorkerEnd } from "./worker.ts";
import { ensureWorker, takeWorkerLock } from "./worker-process.ts";

export interface ProjectWorkerOptions {
  readonly folder: string;
  readonly env: Environment;
  /** Ends by itself when idle, and gives way to a worker that is there already. */
  readonly isBackground: boolean;
  readonly buildConcurrency: number;
  readonly stop: AbortSignal;
}

const idleExitMs = 60_000;
const lookAtLockEveryMs = 1_000;

/** A worker process of one project, from its lock to its end. */
export async function runProjectWorker(
  options: ProjectWorkerOptions,
): Promise<"stopped" | "already_running"> {
  await using project = await openProject(options.folder, options.env);
  if (project.store.choice.kind === "pglite") {
    throw new AasError("conflict", "With AAS_STORE=pglite only one process can open the facts.", {
      cure: 'aas automate "…" --wait does the work itself.',
    });
  }
  const isTeam = project.store.choice.kind === "server";
  const lock = takeWorkerLock(project.home);
  if (lock === null && !(isTeam && !options.isBackground)) return "already_running";
  const end = await workWhileHeld(lock, project, options);
  if (await isAnotherNeeded(project, end)) ensureWorker(project.home);
  return "stopped";
}

async function workWhileHeld(
  lock: ProcessLock | null,
  project: OpenedProject,
  options: ProjectWorkerOptions,
): Promise<WorkerEnd> {
  if (lock === null) return workUnder(lock, project, options);
  using watched = watchLock(lock, lookAtLockEveryMs);
  return await workUnder(lock, project, { ...options, stop: AbortSignal.any([options.stop, watched.lost]) });
}

async function workUnder(
  lock: ProcessLock | null,
  project: OpenedProject,
  options: ProjectWorkerOptions,
): Promise<WorkerEnd> {
  try {
    await using control = await openControl(project);
    const isWatched = !options.isBackground;
    await refuseKeyless(control, isWatched);
    return await work(control, {
      ...options,
      idleExitMs: isWatched ? null : idleExitOf(control),
      terminal: isWatched ? process.stderr : null,
    });
  } finally {
    lock?.release();
  }
}

/**
 * Asked after the lock is free. Who asked for something while a worker was on its way out saw it alive and started none:
 * what they wrote is in the event log by now. The engine is there once per process, so another round is another process.
 */
export async function isAnotherNeeded(
  { db, home }: { readonly db: Pick<Database, "events">; readonly home: Pick<ProjectHome, "id"> },
  end: WorkerEnd,
): Promise<boolean> {
  switch (end.kind) {
    case "stopped":
      return false;
    case "idle":
      return (await db.events.lastSeq(home.id)) > end.seq;
    case "outdated":
      return true;
  }
}

/** A worker without the model's key makes room for one that has it. */
function idleExitOf({ missingKey }: OpenedControl): number {
  return missingKey === null ? idleExitMs : 0;
}

export interface WorkOptions {
  readonly buildConcurrency: number;
  readonly stop: AbortSignal;
  readonly idleExitMs: number | null;
  /** Of whoever watches this process. */
  readonly terminal: LineSink | null;
}

export async function work(control: OpenedControl, options: WorkOptions): Promise<WorkerEnd> {
  const { deps, channels } = await composePipeline(control, options.terminal);
  return runWorker(
    {
      deps,
      channels,
      projectId: control.home.id,
      maxConcurrentRuns: control.base.config.limits.concurrentRuns,
      batchResultsFolder: batchResultsFolderOf(control.home),
      buildConcurrency: options.buildConcurrency,
      composed: { hash: control.base.textHash, word: control.settingsWord },
      idleExitMs: options.idleExitMs,
    },
    options.stop,
  );
}
