import { makeJsonLogger } from "../adapters/json-log/json-logger.ts";
import type { Logger } from "../ports/logger.ts";
import type { Environment } from "./environment.ts";
import { makeScrubber } from "./scrubber.ts";

/** Lines on standard error, without anything that is secret. */
export function composeLogger(env: Environment): Logger {
  const level = env["AAS_LOG_LEVEL"];
  return makeJsonLogger({
    write: (line) => void process.stderr.write(line),
    now: () => new Date(),
    level: level === "debug" || level === "warn" || level === "error" ? level : "info",
    scrub: makeScrubber(env),
  });
}
