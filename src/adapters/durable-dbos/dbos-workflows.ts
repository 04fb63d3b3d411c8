import { AasError } from "../../domain/errors.ts";
import type { Json } from "../../domain/json.ts";
import type {
  DurableDefinitions,
  QueueDefinition,
  StartRequest,
  WorkflowDefinition,
} from "../../ports/durable.ts";
import { DbosContext } from "./dbos-context.ts";
import type { Engine } from "./engine.ts";
import { type Execution, Executions } from "./execution.ts";
import { toPlace } from "./queue-place.ts";
import { asStored } from "./recorded-outcome.ts";

export interface WorkflowSettings {
  /** How often queues are looked at. */
  readonly pollMs: number;
  /** How often a wait looks for itself whether a signal has come. */
  readonly signalLookMs: number;
}

type WorkflowFunction = (input: Json) => Promise<Json>;

/** So often may a workflow be recovered; DBOS gives up after 100, which a laptop reaches. */
const maxRecoveryAttempts = 1_000_000;

/** What may run in this process, and what runs. */
export class DbosWorkflows {
  readonly executions = new Executions();
  readonly #engine: Engine;
  readonly #settings: WorkflowSettings;
  readonly #functions: ReadonlyMap<string, WorkflowFunction>;
  readonly #queues: ReadonlyMap<string, QueueDefinition>;

  constructor(engine: Engine, settings: WorkflowSettings, definitions: DurableDefinitions) {
    this.#engine = engine;
    this.#settings = settings;
    this.#functions = new Map(definitions.workflows.map((each) => [each.name, this.#register(each)]));
    this.#queues = new Map(definitions.queues.map((each) => [each.name, each]));
    this.#registerQueues(definitions.queues);
  }

  /** Inside a workflow this makes a child of it and is recorded; outside it is neither. */
  async start({ workflow, id, input, queue }: StartRequest): Promise<void> {
    const { DBOS, errors } = this.#engine;
    const run = this.#functions.get(workflow);
    if (run === undefined) throw new AasError("internal", `No workflow is called ${workflow}`);
    const place = queue === null ? {} : toPlace(queue, this.#queues);
    try {
      await DBOS.startWorkflow(run, { workflowID: id, ...place })(asStored(input));
    } catch (error) {
      if (!(error instanceof errors.DBOSConflictingWorkflowError)) throw error;
    }
  }

  #register(definition: WorkflowDefinition): WorkflowFunction {
    const run = async (input: Json): Promise<Json> => this.#execute(definition, input);
    return this.#engine.DBOS.registerWorkflow(run, { name: definition.name, maxRecoveryAttempts });
  }

  #registerQueues(queues: readonly QueueDefinition[]): void {
    const { registerInternalQueue, recoveryQueue } = this.#engine;
    const minPollingIntervalMs = this.#settings.pollMs;
    registerInternalQueue(recoveryQueue, { minPollingIntervalMs });
    for (const { name, workerConcurrency, isSerialPerKey } of queues) {
      const serial = isSerialPerKey ? { partitionConcurrency: 1 } : {};
      registerInternalQueue(name, { workerConcurrency, minPollingIntervalMs, ...serial });
    }
  }

  async #execute(definition: WorkflowDefinition, input: Json): Promise<Json> {
    const workflowId = this.#engine.DBOS.workflowID ?? "";
    const execution = await this.executions.begin(workflowId);
    if (execution === null) return leftToOthers();
    try {
      return asStored(await definition.run(this.#contextOf(execution), input));
    } catch (error) {
      if (execution.endReason === "shutdown") return leftToOthers();
      if (execution.endReason === "lost") throw new this.#engine.errors.DBOSWorkflowConflictError(workflowId);
      throw error;
    } finally {
      this.executions.end(execution);
    }
  }

  #contextOf(execution: Execution): DbosContext {
    return new DbosContext({
      engine: this.#engine,
      execution,
      signalLookMs: this.#settings.signalLookMs,
      start: async (request) => this.start(request),
    });
  }
}

/** DBOS records an outcome of everything that ends. What never ends stays pending, for another process. */
async function leftToOthers(): Promise<never> {
  return await new Promise<never>(() => {});
}
