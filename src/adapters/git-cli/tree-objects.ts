import { toSha } from "../../domain/ids.ts";
import type { Sha } from "../../domain/ids.ts";
import type { FileKind } from "../../domain/file-kind.ts";

/** Names are byte strings (latin1): a name in an old tree need not be UTF-8 and must come back as it was. */
export interface TreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly sha: Sha;
}

export const folderMode = "40000";

export function parseTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(32, at);
    const end = content.indexOf(0, space);
    entries.push({
      mode: content.toString("latin1", at, space),
      name: content.toString("latin1", space + 1, end),
      sha: toSha(content.toString("hex", end + 1, end + 21)),
    });
    at = end + 21;
  }
  return entries;
}

export function renderTree(entries: readonly TreeEntry[]): Buffer {
  const sorted = entries.toSorted((one, other) => (sortName(one) < sortName(other) ? -1 : 1));
  return Buffer.concat(
    sorted.flatMap(({ mode, name, sha }) => [
      Buffer.from(`${mode} ${name}\0`, "latin1"),
      Buffer.from(sha, "hex"),
    ]),
  );
}

/** Git sorts a folder as if its name ended in a slash. */
function sortName(entry: TreeEntry): string {
  return entry.mode === folderMode ? `${entry.name}/` : entry.name;
}

/** Null for a folder, and for the mode 0 that git shows where there is nothing. */
export function toFileKind(mode: string): FileKind | null {
  if (mode === "120000") return "symlink";
  if (mode === "160000") return "submodule";
  if (!mode.startsWith("100")) return null;
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? "file" : "executable";
}
