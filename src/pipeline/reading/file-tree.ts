/** A drawn folder: every file below its root, as far as it is drawn. */
export interface FileTree {
  /** As it is written: `/aas`, `project/`. Null when the drawing begins with more than one entry. */
  readonly root: string | null;
  /** Paths below the root. */
  readonly files: readonly string[];
}

interface Entry {
  readonly depth: number;
  readonly name: string;
  readonly isFolder: boolean;
}

const branch = /^[\s│|┃]*(?:[├└┣┗][─━-]{1,3}\s*|[+`\\|]-{1,3}\s+)[\w.@/[(]/u;
const bareEntry = /^\s*\.?\/?[\w@.+()[\]-]+\/?\s*(?:(?:#|\/\/|←|<-|--?|–|—|\()\s*.*)?$/u;

/** Branches drawn with lines, or names indented below folders that are written with a slash. */
export function isFileTree(lines: readonly string[]): boolean {
  const drawn = lines.filter((line) => line.trim() !== "" && !/^[\s│|]*$/u.test(line));
  if (drawn.length < 2) return false;
  const branches = drawn.filter((line) => branch.test(line)).length;
  if (branches * 2 >= drawn.length) return true;
  const indented = drawn.filter((line) => /^\s+/u.test(line)).length;
  const folders = drawn.filter((line) =>
    /^\s*(?:\.?\/)?[\w@.-]+\/(?:\s|$)|^\s*\/[\w@.-]+(?:\s|$)/u.test(line),
  ).length;
  return indented > 0 && folders > 0 && drawn.every((line) => bareEntry.test(line));
}

export function readFileTree(lines: readonly string[]): FileTree {
  const drawn = lines.flatMap(toEntry);
  const entries = drawn.map((entry, index) => ({
    ...entry,
    isFolder: entry.isFolder || (drawn[index + 1]?.depth ?? 0) > entry.depth,
  }));
  const [first, ...rest] = entries;
  const hasRoot =
    first !== undefined &&
    first.isFolder &&
    rest.length > 0 &&
    rest.every(({ depth }) => depth > first.depth);
  const root = hasRoot ? rootAsWritten(lines) : null;
  return { root, files: filesOf(hasRoot ? rest : entries) };
}

function rootAsWritten(lines: readonly string[]): string | null {
  return (
    lines
      .find((line) => line.trim() !== "")
      ?.trim()
      .split(/\s+/u)[0] ?? null
  );
}

function toEntry(line: string): readonly Entry[] {
  const { lead = "", name = "" } = /^(?<lead>[\s│┃├└┣┗─━|`\\+-]*)(?<name>[^\s#←]+)/u.exec(line)?.groups ?? {};
  const bare = name.replaceAll(/^\.?\/+|\/+$/gu, "");
  if (bare === "" || /^\.+$/u.test(bare) || bare === "…") return [];
  return [{ depth: lead.replaceAll("\t", "    ").length, name: bare, isFolder: /^\/|\/$/u.test(name) }];
}

function filesOf(entries: readonly Entry[]): readonly string[] {
  const folders: Entry[] = [];
  const files: string[] = [];
  for (const entry of entries) {
    while ((folders.at(-1)?.depth ?? -1) >= entry.depth) folders.pop();
    if (entry.isFolder) folders.push(entry);
    else if (/\.|^[A-Z]/u.test(entry.name)) files.push([...folders, entry].map(({ name }) => name).join("/"));
  }
  return files;
}
