import { runDoctor } from "../../app/doctor/run-doctor.ts";
import { toDoctorDocument } from "../documents/doctor-document.ts";
import { exitCodes } from "../exit-codes.ts";
import type { CommandFunction } from "../register.ts";
import { renderDoctor } from "../render/doctor-text.ts";

/** `aas doctor`: what of this machine and this repository would keep a run from working, and the cure of each. */
export const doctor: CommandFunction = async (terminal, _args, options) => {
  const isRunningChecks = options["runChecks"] === true;
  const stop = new AbortController();
  // A check under way is ended first; everything else is over in a moment and just ends.
  if (isRunningChecks) process.once("SIGINT", () => stop.abort());
  const report = await runDoctor({
    folder: terminal.cwd,
    env: terminal.env,
    isRunningChecks,
    signal: stop.signal,
  });
  const isHealthy = report.diagnoses.every(({ verdict }) => verdict !== "fail");
  return {
    text: renderDoctor(report),
    result: toDoctorDocument(report),
    exitCode: isHealthy ? exitCodes.success : exitCodes.failure,
  };
};
