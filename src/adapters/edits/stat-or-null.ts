import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";

/** What stands at a path, links not followed; null when nothing does. */
export async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
