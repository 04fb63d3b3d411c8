import { AasError } from "../../domain/errors.ts";
import type { RollbackId } from "../../domain/ids.ts";
import type { OpenedProject } from "../../app/open-project.ts";

const lookEveryMs = 200;

/** Waits until a rollback is settled, and says how. */
export async function waitForRollback(
  project: OpenedProject,
  id: RollbackId,
): Promise<"completed" | "failed"> {
  for (;;) {
    const rollback = await project.db.queue.findRollback(id);
    if (rollback === null) throw new AasError("not_found", `No rollback ${id}.`);
    const { status } = rollback.state;
    if (status === "completed" || status === "failed") return status;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
