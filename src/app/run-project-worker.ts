import type { LineSink } from "../adapters/terminal-channel/terminal-channel.ts";
import { AasError } from "../domain/errors.ts";
import { composePipeline } from "./compose-pipeline.ts";
import { openControl, type OpenedControl } from "./open-control.ts";
import { openProject } from "./open-project.ts";
import type { Environment } from "./environment.ts";
import { batchResultsFolderOf } from "./keep-batch-results.ts";
import { refuseKeyless } from "./refuse-keyless.ts";
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
  let end: WorkerEnd = "stopped";
  try {
    await using control = await openControl(project);
    const isWatched = !options.isBackground;
    await refuseKeyless(control, isWatched);
    end = await work(control, {
      ...options,
      idleExitMs: isWatched ? null : idleExitOf(control),
      terminal: isWatched ? process.stderr : null,
    });
  } finally {
    lock?.release();
  }
  // The engine is there once per process: another configuration is another process.
  if (end === "outdated") ensureWorker(project.home);
  return "stopped";
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
      configHash: control.base.textHash,
      composedAt: control.clock.now(),
      idleExitMs: options.idleExitMs,
    },
    options.stop,
  );
}
