import type { Logger, LogFields } from "../../ports/logger.ts";
import { Secret } from "../../domain/secret.ts";

export interface JsonLoggerOptions {
  readonly write: (line: string) => void;
  readonly now: () => Date;
  readonly level: "debug" | "info" | "warn" | "error";
  /** Replaces every value that must not appear, wherever it stands in the line. */
  readonly scrub: (text: string) => string;
}

const levels = ["debug", "info", "warn", "error"] as const;

/** One JSON object a line; secrets are removed by value from the whole line. */
export function makeJsonLogger(options: JsonLoggerOptions): Logger {
  const log = (level: (typeof levels)[number]) => {
    const isHeard = levels.indexOf(level) >= levels.indexOf(options.level);
    return (fields: LogFields, message: string): void => {
      if (!isHeard) return;
      const line = JSON.stringify({ at: options.now().toISOString(), level, message, ...fields }, plainly);
      options.write(`${options.scrub(line)}\n`);
    };
  };
  return { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
}

function plainly(_key: string, value: unknown): unknown {
  if (value instanceof Secret) return value.toString();
  if (value instanceof Error)
    return { name: value.name, message: value.message, stack: value.stack, cause: value.cause };
  return typeof value === "bigint" ? value.toString() : value;
}
