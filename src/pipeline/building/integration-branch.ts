import type { RunId, Sha } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import { isCollected } from "../../domain/task.ts";
import { integrationRef } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { compareAndSet, keep } from "../recording/compare-and-set.ts";
import { makeEvent } from "../recording/make-event.ts";

/** The branch on which a run collects its work. Where all of it was sent back, the branch begins anew on the base as it is now. */
export async function ensureIntegrationBranch(deps: PipelineDeps, runId: RunId): Promise<null> {
  const run = await deps.db.runs.get(runId);
  const ref = integrationRef(runId);
  const head = await deps.git.resolve(ref);
  if (head === null) {
    await deps.git.updateRef(ref, { expected: null, next: run.baseSha });
  } else if (head !== run.baseSha && !(await holdsWork(deps, runId))) {
    const baseSha = (await deps.forge.fetchBase(run.baseBranch)) ?? run.baseSha;
    // Before the branch: until both are moved, whoever comes here again begins it anew once more.
    await noteNewBase(deps, runId, baseSha);
    await deps.git.updateRef(ref, { expected: head, next: baseSha });
  }
  return null;
}

/** What is being built may stand on the branch already and not be noted yet. */
async function holdsWork(deps: PipelineDeps, runId: RunId): Promise<boolean> {
  const tasks = await deps.db.tasks.listOfRun(runId);
  return tasks.some(({ state }) => isCollected(state) || state.status === "active");
}

async function noteNewBase(deps: PipelineDeps, runId: RunId, baseSha: Sha): Promise<void> {
  await compareAndSet<Run>(
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
