import { statfs } from "node:fs/promises";
import { isAasError } from "../../domain/errors.ts";
import { diskFull } from "../../domain/full-disk.ts";

/** A ref, an index and a lock need no more. */
const leastBytes = 64 * 1024;

/** Git often says that it could not write, and not why: a disk without room explains it. */
export async function explainByDisk(error: unknown, folder: string): Promise<unknown> {
  if (!isAasError(error, "git_failed")) return error;
  const room = await statfs(folder).catch(() => null);
  if (room === null) return error;
  const isFull = room.bavail * room.bsize < leastBytes || (room.files > 0 && room.ffree === 0);
  return isFull ? diskFull(error.message, error) : error;
}
