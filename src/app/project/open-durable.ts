import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Durable } from "../../ports/durable.ts";
import type { Logger } from "../../ports/logger.ts";
import type { OpenedStore } from "./open-store.ts";

/** The durable engine over the project's own database; loaded only by processes that work. */
export async function openDurable(store: OpenedStore, log: Logger): Promise<Durable> {
  const { migrateDbos, openDbosDurable } = await import("../../adapters/durable-dbos/dbos-durable.ts");
  const target =
    store.engineTarget.kind === "url"
      ? { databaseUrl: store.engineTarget.url }
      : { pool: store.engineTarget.pool };
  await migrateDbos(target);
  return openDbosDurable({ ...target, executorId: `${hostname()}:${randomUUID()}`, log });
}
