import type { DLogger } from "@dbos-inc/dbos-sdk/internal/telemetry/logs";
import type { LogFields, Logger } from "../../ports/logger.ts";

/** DBOS talks on stdout unless it is given a logger. What it calls information is detail to us. */
export function toEngineLog(log: Logger): DLogger {
  return {
    debug: (entry) => log.debug(fieldsOf(entry), "durable engine"),
    info: (entry) => log.debug(fieldsOf(entry), "durable engine"),
    warn: (entry) => log.warn(fieldsOf(entry), "durable engine"),
    error: (entry) => log.error(fieldsOf(entry), "durable engine"),
  };
}

function fieldsOf(entry: unknown): LogFields {
  return { entry };
}

export const silentLog: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
