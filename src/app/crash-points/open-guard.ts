import type { Environment } from "../environment.ts";
import { type Guard, unguarded } from "./guard.ts";

/** The crash points themselves are loaded only by a process that is told to die at one, or to trace them. */
export async function openGuard(env: Environment): Promise<Guard> {
  const { AAS_CRASH_AT: at = "", AAS_CRASH_TRACE: traceFile = "" } = env;
  if (at === "" && traceFile === "") return unguarded;
  const { makeGuard } = await import("./guard-ports.ts");
  const { makeDyingCrashPoints } = await import("../../adapters/crash-points/dying-crash-points.ts");
  const knownFile = env["AAS_CRASH_KNOWN"] ?? "";
  return makeGuard(
    makeDyingCrashPoints({
      at,
      traceFile: traceFile === "" ? null : traceFile,
      knownFile: knownFile === "" ? null : knownFile,
      signal: env["AAS_CRASH_SIGNAL"] === "SIGSTOP" ? "SIGSTOP" : "SIGKILL",
    }),
  );
}
