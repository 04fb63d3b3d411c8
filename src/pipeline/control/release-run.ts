import { AasError } from "../../domain/errors.ts";
import { isHeld } from "../../domain/running/hold.ts";
import { isTerminal, type Run } from "../../domain/run.ts";
import { describeRunState } from "../../domain/running/told-run-state.ts";
import { resumeRun } from "./steer-run.ts";

/** Lets a run that was held after its analyses go on to build. */
export async function releaseRun(deps: Parameters<typeof resumeRun>[0], run: Run): Promise<Run> {
  const isHeldNow = isHeld(run, await deps.db.events.listOfRun(run.id));
  if (isHeldNow && run.state.status === "paused") return resumeRun(deps, run.id);
  throw refusal(run, isHeldNow);
}

function refusal(run: Run, isHeldNow: boolean): AasError {
  const state = `Run ${run.id} is ${describeRunState(run.state)}`;
  const cure = `aas automate status ${run.id}`;
  if (isTerminal(run.state)) return new AasError("conflict", `${state}: nothing waits in it.`, { cure });
  if (!run.policy.holdAfterWait)
    return new AasError("conflict", `${state} and holds nothing back: it builds by itself.`, { cure });
  if (isHeldNow)
    return new AasError("conflict", `${state} and is just about to be held.`, {
      cure: "Repeat the command.",
      retryable: true,
    });
  if (run.stageResults.some(({ stage, status }) => stage === "wait" && status !== "failure"))
    return new AasError("conflict", `${state}: it was told to build already.`, { cure });
  return new AasError("conflict", `${state}: its analyses are not back yet.`, {
    cure: `aas batch status ${run.id}`,
  });
}
