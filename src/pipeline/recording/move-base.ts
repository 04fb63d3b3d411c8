import type { RunId, Sha } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import { compareAndSet, keep } from "./compare-and-set.ts";
import { makeEvent, type RecordingDeps } from "./make-event.ts";

/** Notes that a run stands on another commit of its base branch from now on. */
export async function moveBase(deps: RecordingDeps, runId: RunId, baseSha: Sha): Promise<Run> {
  return compareAndSet<Run>(
    deps,
    { load: (stores) => stores.runs.get(runId), replace: (stores, next) => stores.runs.replace(next) },
    (run) => {
      if (run.baseSha === baseSha) return keep;
      const shared = { projectId: run.projectId, runId, subject: runId };
      const told = makeEvent(deps, { ...shared, type: "base.moved", from: run.baseSha, to: baseSha });
      return { kind: "write", next: { ...run, baseSha }, events: [told] };
    },
  );
}
