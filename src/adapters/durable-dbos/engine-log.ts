import type { DLogger } from "@dbos-inc/dbos-sdk/internal/telemetry/logs";
import type { Logger } from "../../ports/logger.ts";

/** DBOS talks on stdout unless it is given a logger. What it calls information is detail to us. */
export function toEngineLog(log: Logger): DLogger {
  return {
    debug: (entry) => log.debug({ entry }, "durable engine"),
    info: (entry) => log.debug({ entry }, "durable engine"),
    warn: (entry) => log.warn({ entry }, "durable engine"),
    error: (entry, details) => log.error({ entry, error: details?.error }, "durable engine"),
  };
}

export const silentLog: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
