import type { Run } from "../../domain/run.ts";
import { describeRunState } from "../../domain/told-run-state.ts";

export function renderRunList(runs: readonly Run[]): string {
  if (runs.length === 0) return 'No runs yet. Start one: aas automate "<goal>"';
  return runs
    .map(
      (run) =>
        `${run.id}  ${describeRunState(run.state).padEnd(32)} ${run.priority.padEnd(7)} ${oneLine(run.goal)}`,
    )
    .join("\n");
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").slice(0, 70);
}
