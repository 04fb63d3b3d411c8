import type { DBOS } from "@dbos-inc/dbos-sdk";
import { AasError } from "../../domain/errors.ts";
import type { QueueDefinition, QueuePlace } from "../../ports/durable.ts";

type StartParameters = NonNullable<Parameters<typeof DBOS.startWorkflow>[1]>;

/** Canceling makes DBOS forget the queue of a workflow, but not its attributes. */
const queueAttribute = "queue";

export function toPlace(
  { name, priority, key }: QueuePlace,
  queues: ReadonlyMap<string, QueueDefinition>,
): StartParameters {
  const queue = queues.get(name);
  if (queue === undefined) throw new AasError("internal", `No queue is called ${name}`);
  if (queue.isSerialPerKey && key === null) {
    throw new AasError("internal", `Queue ${name} is serial per key: a key is needed`);
  }
  const partition = queue.isSerialPerKey && key !== null ? { queuePartitionKey: key } : {};
  return {
    queueName: name,
    enqueueOptions: { priority, ...partition },
    workflowAttributes: { [queueAttribute]: name },
  };
}

/** Null: it had none, and may go on anywhere at once. */
export function queueOf(attributes: Readonly<Record<string, unknown>> | undefined): string | null {
  const name = attributes?.[queueAttribute];
  return typeof name === "string" ? name : null;
}
