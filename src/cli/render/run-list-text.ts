import type { Run } from "../../domain/run.ts";
import { describeRunState } from "../../domain/running/told-run-state.ts";

export function renderRunList(runs: readonly Run[]): string {
  if (runs.length === 0) return 'No runs yet. Start one: aas automate "<goal>"';
  return runs
    .map((run) => `${run.id}  ${wordOf(run).padEnd(32)} ${run.priority.padEnd(7)} ${oneLine(run.goal)}`)
    .join("\n");
}

/** A preview was never to be built: only what it paid for its answers is left of it. */
function wordOf({ source, state }: Run): string {
  return source.kind === "preview" ? "preview" : describeRunState(state);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").slice(0, 70);
}
