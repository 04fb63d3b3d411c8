import { isAasError } from "../../domain/errors.ts";
import type { Stores } from "../../ports/database.ts";
import type { RecordingDeps } from "./make-event.ts";

/** Writes what is there only once, with its events. False: somebody else wrote it since it was looked for. */
export async function insertOnce(
  deps: Pick<RecordingDeps, "db">,
  write: (stores: Stores) => Promise<void>,
): Promise<boolean> {
  try {
    await deps.db.transaction(async (stores) => {
      await write(stores);
      return true;
    });
    return true;
  } catch (error) {
    if (isAasError(error, "conflict")) return false;
    throw error;
  }
}
