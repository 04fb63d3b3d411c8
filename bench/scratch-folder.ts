import { accessSync, chmodSync, constants, mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** In memory where there is such a place: what is measured is work, not the disk that others are using too. */
export function scratchFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(isUsable("/dev/shm") ? "/dev/shm" : tmpdir(), "aas-bench-"));
  // The database may run as another user, who must be able to pass.
  chmodSync(path, 0o755);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

function isUsable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Not by `rmSync`, which stops without a word when somebody else deletes something in there at the same time. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
}
