export interface TreeSummary {
  /** Paths of files, and folders with the number of files in them. */
  readonly lines: readonly string[];
  /** Files that stand there only as a number. */
  readonly counted: number;
}

/**
 * A repository's files in at most so many characters: folders that there is no room for are shown with the number of
 * their files, those near the root opened first. Nothing is left out unsaid.
 */
export function summarizeTree(paths: readonly string[], maxCharacters: number): TreeSummary {
  const root = buildTree(paths);
  const open = new Set<Folder>([root]);
  let left = maxCharacters - costOf(root);
  for (const folders = [...root.folders.values()]; folders.length > 0;) {
    const next: Folder[] = [];
    for (const folder of folders.splice(0).toSorted(byPath)) {
      const price = costOf(folder) - lineOf(folder).length - 1;
      if (price > left) continue;
      left -= price;
      open.add(folder);
      next.push(...folder.folders.values());
    }
    folders.push(...next);
  }
  const entries = entriesOf(root, open);
  return left >= 0 ? toSummary(entries) : cutOff(entries, maxCharacters);
}

interface Folder {
  /** Empty for the root, else with a "/" at its end. */
  readonly path: string;
  readonly files: string[];
  readonly folders: Map<string, Folder>;
  count: number;
}

function buildTree(paths: readonly string[]): Folder {
  const root: Folder = { path: "", files: [], folders: new Map(), count: 0 };
  for (const path of paths) {
    let folder = root;
    const parts = path.split("/");
    for (const part of parts.slice(0, -1)) {
      folder.count += 1;
      folder = childOf(folder, part);
    }
    folder.count += 1;
    folder.files.push(path);
  }
  return root;
}

function childOf(folder: Folder, name: string): Folder {
  const known = folder.folders.get(name);
  if (known !== undefined) return known;
  const child: Folder = { path: `${folder.path}${name}/`, files: [], folders: new Map(), count: 0 };
  folder.folders.set(name, child);
  return child;
}

/** A folder that holds nothing but one folder is shown as that one. */
function shown(folder: Folder): Folder {
  const [only] = folder.folders.values();
  return only !== undefined && folder.files.length === 0 && folder.folders.size === 1 ? shown(only) : folder;
}

function lineOf(folder: Folder): string {
  return `${shown(folder).path} (${folder.count} ${folder.count === 1 ? "file" : "files"})`;
}

/** Characters of what stands in an opened folder, its own folders closed. */
function costOf(folder: Folder): number {
  const lines = [...folder.files, ...[...folder.folders.values()].map(lineOf)];
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

interface Entry {
  readonly line: string;
  /** Files that it stands for. */
  readonly files: number;
  readonly isFile: boolean;
}

function entriesOf(folder: Folder, open: ReadonlySet<Folder>): readonly Entry[] {
  if (!open.has(folder)) return [{ line: lineOf(folder), files: folder.count, isFile: false }];
  const files = folder.files.map((line) => ({ line, files: 1, isFile: true }));
  const below = [...folder.folders.values()].toSorted(byPath);
  return [...files, ...below.flatMap((each) => entriesOf(each, open))];
}

function toSummary(entries: readonly Entry[]): TreeSummary {
  const counted = entries.filter(({ isFile }) => !isFile).reduce((sum, { files }) => sum + files, 0);
  return { lines: entries.map(({ line }) => line), counted };
}

const lastLine = 40;

/** Not even the root has room: its beginning, and how many more files there are. */
function cutOff(entries: readonly Entry[], maxCharacters: number): TreeSummary {
  let left = maxCharacters - lastLine;
  const end = entries.findIndex(({ line }) => {
    left -= line.length + 1;
    return left < 0;
  });
  const missing = entries.slice(end).reduce((sum, { files }) => sum + files, 0);
  return toSummary([
    ...entries.slice(0, end),
    { line: `… and ${missing} more files`, files: missing, isFile: false },
  ]);
}

function byPath(one: Folder, other: Folder): number {
  return one.path < other.path ? -1 : 1;
}
