import { randomInt } from "node:crypto";
import { join } from "node:path";
import type { Workspace } from "../../ports/workspace.ts";

/** Folders below one root that belongs to us alone. Trees get a folder per use, because two checks may want the same tree. */
export function makeFolderWorkspace(root: string): Workspace {
  return {
    folderOfAttempt: (id) => join(root, id),
    folderOfTree: (tree, purpose) =>
      join(root, `${purpose}-${tree.slice(0, 12)}-${randomInt(36 ** 6).toString(36)}`),
  };
}
