import { isConnectionLost, isWithoutTables } from "./database-errors.ts";

/** What its owner can put right while a database is open. */
export interface Mending {
  /** Makes the tables that a statement did not find: the database may have been made anew since it was opened. */
  readonly makeTables: () => Promise<void>;
  /** Starts the server again that does not answer; does nothing for one that is somebody else's. */
  readonly restart: () => Promise<void>;
}

export type Mended = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * A statement that found no tables did nothing and runs once more. One whose connection was lost may have done its work:
 * it fails as it did, and whoever tries again finds the server.
 */
export function mendedBy(mending: Mending): Mended {
  const makeTables = oneAtATime(mending.makeTables);
  const restart = oneAtATime(mending.restart);
  return async (work) => {
    try {
      return await work();
    } catch (error) {
      if (isConnectionLost(error)) await restart();
      if (!isWithoutTables(error)) throw error;
      await makeTables();
      return work();
    }
  };
}

export const mendsNothing: Mended = (work) => work();

/** Who asks while it is under way waits for that one. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | null = null;
  return () => (current ??= work().finally(() => (current = null)));
}
