import type { Event } from "../event.ts";
import type { Run } from "../run.ts";

type Told = Pick<Event, "type" | "from" | "to">;

/**
 * Whether a run whose analyses are back waits for a person's word before anything is built. Going on once after they came
 * back is that word, whichever command it was.
 */
export function isHeld({ policy }: Pick<Run, "policy">, events: readonly Told[]): boolean {
  if (!policy.holdAfterWait) return false;
  const back = events.findLastIndex(endsWaiting);
  return back !== -1 && !events.slice(back).some((event) => event.type === "run.resumed");
}

function endsWaiting({ type, from, to }: Told): boolean {
  return type === "run.stage_finished" && from === "wait" && to !== "failure";
}
