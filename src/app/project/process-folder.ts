import { mkdirSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readLockHolder, tryProcessLock } from "../worker/process-lock.ts";

/**
 * A folder for what belongs to this process alone, below one root. What processes left there that died is removed first:
 * nobody else would ever look for it.
 */
export async function openProcessFolder(
  root: string,
  remove: (folder: string) => Promise<void>,
): Promise<string> {
  mkdirSync(root, { recursive: true });
  for (const name of readdirSync(root).filter((each) => !each.includes(lockEnding))) {
    if (readLockHolder(lockOf(root, name)) !== null) continue;
    await remove(join(root, name));
    await rm(lockOf(root, name), { force: true });
  }
  const own = String(process.pid);
  tryProcessLock(lockOf(root, own));
  return join(root, own);
}

const lockEnding = ".lock";

function lockOf(root: string, name: string): string {
  return join(root, `${name}${lockEnding}`);
}
