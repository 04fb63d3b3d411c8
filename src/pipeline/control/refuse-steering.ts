import { AasError } from "../../domain/errors.ts";
import type { Run } from "../../domain/run.ts";
import { describeRunState } from "../../domain/running/told-run-state.ts";

/** What cannot be done to a run as it is, and why. */
export function refuseSteering(
  run: Run,
  verb: string,
  why: string,
  cure = `aas automate status ${run.id}`,
): AasError {
  const message = `Run ${run.id} is ${describeRunState(run.state)} and cannot be ${verb}. ${why}`;
  return new AasError("conflict", message, { cure });
}
