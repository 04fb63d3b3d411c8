import { AsyncLocalStorage } from "node:async_hooks";
import { AasError, messageOf } from "../../domain/errors.ts";
import type {
  Durable,
  DurableDefinitions,
  StartRequest,
  WorkflowSignal,
  WorkflowStatus,
} from "../../ports/durable.ts";
import type { Logger } from "../../ports/logger.ts";
import { DbosWorkflows } from "./dbos-workflows.ts";
import { application, type Engine, loadEngine } from "./engine.ts";
import { toEngineLog } from "./engine-log.ts";
import { startFailOver } from "./fail-over.ts";
import { listLost } from "./ownership.ts";
import { queueOf } from "./queue-place.ts";
import { asStored } from "./recorded-outcome.ts";
import { repeat, type Repetition } from "./repeat.ts";
import { type DbosTarget, engineUrl, openPools, type Pools } from "./sql-pool.ts";
import { within } from "./within.ts";
import { Workers } from "./workers.ts";
import { untilConnected } from "./until-connected.ts";
import { toWorkflowStatus } from "./workflow-status.ts";

export { migrateDbos } from "./migrate-dbos.ts";

export type DbosDurableOptions = DbosTarget & {
  /** Another one with every start of a process. */
  readonly executorId: string;
  readonly log: Logger;
  /** How often queues are looked at. */
  readonly pollMs?: number;
  /** A worker that has given no sign of life for so long is dead, and others take its work over. */
  readonly deadAfterMs?: number;
};

/** Only one per process may be open at a time: the engine is static. `migrateDbos` comes first, once per database. */
export async function openDbosDurable(options: DbosDurableOptions): Promise<Durable> {
  return new OverDbos(await loadEngine(), options);
}

const callTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;

/** Whether this process still owns what it runs. */
const ownershipLookMs = 500;

/** Notifications tell about signals at once; this only bounds the cost of a lost one. */
const signalLookMs = 5_000;

interface Session {
  readonly workflows: DbosWorkflows;
  readonly pools: Pools;
  readonly workers: Workers;
}

class OverDbos implements Durable {
  readonly #engine: Engine;
  readonly #options: DbosDurableOptions;
  readonly #pollMs: number;
  readonly #deadAfterMs: number;
  readonly #isInProcess: boolean;
  /** Calls from inside a step must not look like a part of its workflow to DBOS. */
  readonly #outside = AsyncLocalStorage.snapshot();
  #session: Session | null = null;
  #repetitions: readonly Repetition[] = [];
  #isStopping = false;

  constructor(engine: Engine, options: DbosDurableOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#isInProcess = "pool" in options;
    this.#pollMs = options.pollMs ?? 200;
    this.#deadAfterMs = options.deadAfterMs ?? 15_000;
  }

  async launch(definitions: DurableDefinitions): Promise<void> {
    if (this.#session !== null) throw new AasError("internal", "The durable engine was launched before");
    const { executorId, log } = this.#options;
    const pools = openPools(this.#options, log);
    const workers = new Workers(pools.own, executorId, this.#deadAfterMs);
    this.#configure(pools);
    this.#session = { workflows: this.#toWorkflows(definitions), pools, workers };
    try {
      await workers.join();
      await this.#engine.DBOS.launch();
    } catch (error) {
      await this.shutdown();
      throw new AasError("database_unavailable", "The durable engine cannot start", { cause: error });
    }
    this.#repetitions = [this.#watchOwnership(this.#session), this.#startFailOver(this.#session)];
  }

  async shutdown(): Promise<void> {
    if (this.#session === null || this.#isStopping) return;
    this.#isStopping = true;
    const { workflows, pools, workers } = this.#session;
    await workflows.executions.stopAll();
    await this.#inTime(this.#engine.DBOS.shutdown({ deregister: true }));
    for (const repetition of this.#repetitions) await repetition.stop();
    await this.#inTime(workers.leave());
    await this.#inTime(pools.close());
  }

  async start(request: StartRequest): Promise<void> {
    await this.#call(async ({ workflows }) => workflows.start(request));
  }

  async signal(workflowId: string, { topic, payload, key }: WorkflowSignal): Promise<void> {
    await this.#call(async () => this.#engine.DBOS.send(workflowId, asStored(payload), topic, key));
  }

  async cancel(workflowId: string): Promise<void> {
    await this.#call(async ({ workflows }) => {
      await this.#engine.DBOS.cancelWorkflow(workflowId);
      const status = await this.#engine.DBOS.getWorkflowStatus(workflowId);
      if (status?.status === "CANCELLED") workflows.executions.find(workflowId)?.stop("lost");
    });
  }

  async resume(workflowId: string): Promise<void> {
    await this.#call(async () => {
      const status = await this.#engine.DBOS.getWorkflowStatus(workflowId);
      if (status?.status !== "CANCELLED") return;
      const queueName = queueOf(status.attributes);
      await this.#engine.DBOS.resumeWorkflow(workflowId, queueName === null ? {} : { queueName });
    });
  }

  async find(workflowId: string): Promise<WorkflowStatus | null> {
    const status = await this.#call(async () => this.#engine.DBOS.getWorkflowStatus(workflowId));
    return status === null ? null : toWorkflowStatus(status);
  }

  #configure(pools: Pools): void {
    const { executorId, log } = this.#options;
    this.#engine.DBOS.setConfig({
      name: application,
      applicationVersion: application,
      executorID: executorId,
      enablePatching: true,
      runMigrations: false,
      logger: toEngineLog(log),
      systemDatabaseUrl: engineUrl(this.#options),
      systemDatabasePool: pools.engine,
      // PGlite has one connection and sends no notifications.
      ...(this.#isInProcess ? { useListenNotify: false, maxConcurrentQueueDispatches: 1 } : {}),
    });
  }

  #toWorkflows(definitions: DurableDefinitions): DbosWorkflows {
    const settings = { pollMs: this.#pollMs, signalLookMs: this.#isInProcess ? this.#pollMs : signalLookMs };
    return new DbosWorkflows(this.#engine, settings, definitions);
  }

  #watchOwnership({ pools, workflows }: Session): Repetition {
    const { executorId, log } = this.#options;
    return repeat(
      ownershipLookMs,
      async () => {
        const lost = await listLost(pools.own, executorId, workflows.executions.list());
        for (const execution of lost) execution.stop("lost");
      },
      (error) => log.warn({ error }, "cannot see whether work was canceled"),
    );
  }

  #startFailOver({ pools, workers, workflows }: Session): Repetition {
    const { executorId, log } = this.#options;
    return startFailOver({
      engine: this.#engine,
      workers,
      sql: pools.own,
      executorId,
      executions: workflows.executions,
      log,
      beatMs: Math.min(1_000, this.#deadAfterMs / 5),
      mayTakeOver: () => !this.#isStopping,
    });
  }

  async #call<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const session = this.#session;
    if (session === null || this.#isStopping) {
      throw new AasError("internal", "The durable engine is not running");
    }
    try {
      return await untilConnected(callTimeoutMs, async () => this.#outside(async () => work(session)));
    } catch (error) {
      if (!(error instanceof this.#engine.errors.DBOSNonExistentWorkflowError)) throw error;
      throw new AasError("not_found", messageOf(error), { cause: error });
    }
  }

  async #inTime(work: Promise<unknown>): Promise<void> {
    try {
      await within(stopTimeoutMs, work);
    } catch (error) {
      this.#options.log.warn({ error }, "durable engine did not stop cleanly");
    }
  }
}
