import { statfs } from "node:fs/promises";
import { AasError } from "../../domain/errors.ts";
import { nearestExisting } from "./state-folder.ts";

/** PostgreSQL writes its log in pieces of 16 MB, and cannot go on without the next one. */
const leastBytes = 32 * 1024 ** 2;

/** How much the disk that a folder is on, or will be on, has left. */
export async function freeBytesAt(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(nearestExisting(folder));
  return bavail * bsize;
}

/** Null: there is room enough to work. */
export async function findShortage(stateFolder: string): Promise<AasError | null> {
  const free = await freeBytesAt(stateFolder);
  if (free >= leastBytes) return null;
  const message = `The disk that ${stateFolder} is on is full: ${Math.floor(free / 1024 ** 2)} MB are left.`;
  return new AasError("disk_full", message, { cure: "Make room on it.", retryable: true });
}
