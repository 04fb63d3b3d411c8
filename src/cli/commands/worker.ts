import { runProjectWorker } from "../../app/worker/run-project-worker.ts";
import { exitCodes } from "../exit-codes.ts";
import { readCount } from "../read-count.ts";
import type { CommandFunction } from "../register.ts";

/** `aas worker`: takes work until it is stopped; in the background it ends by itself when there is none. */
export const worker: CommandFunction = async (terminal, _args, options) => {
  const buildConcurrency = readCount(options, "concurrency", 64);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
  const isBackground = options["background"] === true;
  const ended = await runProjectWorker({
    folder: terminal.cwd,
    env: terminal.env,
    isBackground,
    buildConcurrency,
    stop: stop.signal,
  });
  if (ended === "already_running") {
    return {
      text: isBackground ? "" : "Another worker of this project runs on this machine.",
      result: { ended },
      exitCode: isBackground ? exitCodes.success : exitCodes.conflict,
    };
  }
  return { text: "", result: { ended } };
};
