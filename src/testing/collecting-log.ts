import type { Logger } from "../ports/logger.ts";

/** Said only when a scenario gets stuck: faults are part of many of them. */
export function collectingLog(told: string[]): Logger {
  const note: Logger["warn"] = (fields, message) => {
    const error = fields["error"];
    told.push(`${message} ${error instanceof Error ? String(error.stack) : JSON.stringify(fields)}`);
  };
  return { debug: () => {}, info: () => {}, warn: note, error: note };
}
