import { join } from "node:path";
import type { Workspace } from "../../ports/workspace.ts";

/** Folders below one root that belongs to us alone. */
export function makeFolderWorkspace(root: string): Workspace {
  return { folderOfAttempt: (id) => join(root, id) };
}
