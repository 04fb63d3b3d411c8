import type { Event } from "../event.ts";
import { failureCodes, pauseReasons, type RunState } from "../run.ts";
import { stages } from "../stage.ts";

/** `running(implement)`, `paused(validate, approval)`: how a state reads in the event log. */
export function describeRunState(state: RunState): string {
  switch (state.status) {
    case "running":
      return `running(${state.stage})`;
    case "paused":
      return `paused(${state.stage}, ${state.reason})`;
    case "completed":
      return `completed(${state.outcome})`;
    case "failed":
      return `failed(${state.stage}, ${state.code})`;
    case "queued":
    case "canceled":
      return state.status;
  }
}

/** The state that an event has left its run in, by its field; null when it tells of none that is known here. */
export function runStateAfter({ to, details }: Pick<Event, "to" | "details">): RunState | null {
  const told = details["state"];
  return (
    (told === undefined ? stateOfWords.get(to ?? "") : states.find((state) => isSaidBy(state, told))) ?? null
  );
}

function isSaidBy(state: RunState, told: unknown): boolean {
  if (typeof told !== "object" || told === null) return false;
  const said = new Map<string, unknown>(Object.entries(told));
  return Object.entries(state).every(([name, value]) => said.get(name) === value);
}

const states: readonly RunState[] = [
  { status: "queued" },
  { status: "canceled" },
  { status: "completed", outcome: "full" },
  { status: "completed", outcome: "partial" },
  ...stages.flatMap((stage): readonly RunState[] => [
    { status: "running", stage },
    ...pauseReasons.map((reason): RunState => ({ status: "paused", stage, reason })),
    ...failureCodes.map((code): RunState => ({ status: "failed", stage, code })),
  ]),
];

/** Events that were stored before they had the field say it in these words alone. */
const stateOfWords: ReadonlyMap<string, RunState> = new Map(
  states.map((state) => [describeRunState(state), state]),
);
