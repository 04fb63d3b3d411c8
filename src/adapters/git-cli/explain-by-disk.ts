import { statfs } from "node:fs/promises";
import { isAasError } from "../../domain/errors.ts";
import { diskFull } from "../../domain/full-disk.ts";

/** A ref, an index and a lock need no more. */
const leastBytes = 64 * 1024;

/** Git often says that it could not write, and not why: a disk without room explains it. */
export async function explainByDisk(failure: unknown, folder: string): Promise<unknown> {
  if (!isAasError(failure, "git_failed")) return failure;
  const room = await statfs(folder).catch(() => null);
  if (room === null) return failure;
  const isFull = room.bavail * room.bsize < leastBytes || (room.files > 0 && room.ffree === 0);
  return isFull ? diskFull(failure.message, failure) : failure;
}
