import { AasError } from "../../domain/errors.ts";
import type { RollbackId } from "../../domain/ids.ts";
import type { RollbackState } from "../../domain/rollback.ts";
import type { OpenedProject } from "../../app/project/open-project.ts";
import { ensureWorkerIfNeeded } from "../../app/worker/worker-process.ts";

const lookEveryMs = 200;

const looksBetweenWorkers = 75;

/** Waits until a rollback is settled, and says how. A worker that died meanwhile is replaced: nobody else would notice. */
export async function waitForRollback(project: OpenedProject, id: RollbackId): Promise<RollbackState> {
  for (let look = 0; ; look += 1) {
    const rollback = await project.db.queue.findRollback(id);
    if (rollback === null) throw new AasError("not_found", `No rollback ${id}.`);
    const { state } = rollback;
    if (state.status === "completed" || state.status === "failed") return state;
    if (look % looksBetweenWorkers === 0) ensureWorkerIfNeeded(project);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
