import { eventTypes } from "../../domain/event.ts";
import { attemptStoreEffects } from "../../ports/attempt-store.ts";
import { batchProviderEffects } from "../../ports/batch-provider.ts";
import { batchStoreEffects } from "../../ports/batch-store.ts";
import { boardEffects } from "../../ports/board.ts";
import { builderEffects } from "../../ports/builder.ts";
import { channelEffects } from "../../ports/channel.ts";
import { checkRunnerEffects } from "../../ports/check-runner.ts";
import { checkoutEffects } from "../../ports/checkout.ts";
import { databaseEffects } from "../../ports/database.ts";
import { durableEffects } from "../../ports/durable.ts";
import { editsEffects } from "../../ports/edits.ts";
import { eventLogEffects } from "../../ports/event-log.ts";
import { forgeEffects } from "../../ports/forge.ts";
import { gateStoreEffects } from "../../ports/gate-store.ts";
import { gitEffects } from "../../ports/git.ts";
import { leaseStoreEffects } from "../../ports/lease-store.ts";
import { modelEffects } from "../../ports/model.ts";
import { outboxEffects } from "../../ports/outbox.ts";
import { projectStoreEffects } from "../../ports/project-store.ts";
import { queueStoreEffects } from "../../ports/queue-store.ts";
import { runStoreEffects } from "../../ports/run-store.ts";
import { sandboxEffects } from "../../ports/sandbox.ts";
import { taskStoreEffects } from "../../ports/task-store.ts";
import { usageLedgerEffects } from "../../ports/usage-ledger.ts";
import { validationStoreEffects } from "../../ports/validation-store.ts";
import { transactionPoint } from "./guard-database.ts";
import { effectsOf } from "./with-crash-points.ts";

/** Every port with an effect, by the name that its crash points carry. */
export const guardedPorts = {
  git: gitEffects,
  forge: forgeEffects,
  db: databaseEffects,
  projects: projectStoreEffects,
  runs: runStoreEffects,
  tasks: taskStoreEffects,
  attempts: attemptStoreEffects,
  validations: validationStoreEffects,
  queue: queueStoreEffects,
  batches: batchStoreEffects,
  usage: usageLedgerEffects,
  events: eventLogEffects,
  outbox: outboxEffects,
  leases: leaseStoreEffects,
  gates: gateStoreEffects,
  durable: durableEffects,
  model: modelEffects,
  batchProvider: batchProviderEffects,
  builder: builderEffects,
  edits: editsEffects,
  checks: checkRunnerEffects,
  sandbox: sandboxEffects,
  channel: channelEffects,
  checkout: checkoutEffects,
  board: boardEffects,
} as const;

export type GuardedPort = keyof typeof guardedPorts;

/** Every crash point there is: before and after each effect, and around the commit of each kind of fact. */
export function listCrashPoints(): readonly string[] {
  const ports = Object.entries(guardedPorts).filter(([name]) => name !== "db");
  const methods = ports.flatMap(([name, table]) => effectsOf(table).map((method) => `${name}.${method}`));
  const commits = [null, ...eventTypes].map(transactionPoint);
  return [...methods, ...commits].flatMap((name) => [`${name}:before`, `${name}:after`]);
}
