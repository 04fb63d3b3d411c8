import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";

/** Larger than any honest report, small enough to parse. */
export const largestReportBytes = 16 * 1024 ** 2;

/** Reads a file that hostile code may have made: never follows a link, never waits on a pipe, never reads without end. */
export async function readReportFile(path: string): Promise<string | null> {
  const file = await openPlain(path);
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    if (size === 0 || size > largestReportBytes) return null;
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size), position: 0 });
    return new TextDecoder("utf-8").decode(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

async function openPlain(path: string): Promise<FileHandle | null> {
  const file = await openOrNull(path);
  if (file === null) return null;
  if ((await file.stat()).isFile()) return file;
  await file.close();
  return null;
}

async function openOrNull(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}
