import { checkPath } from "../../domain/path-policy.ts";
import type { FileChange, FileChangeKind, FileTarget, UnboundReason } from "../../domain/plan.ts";
import type { FileTree } from "./file-tree.ts";

export interface BindingPlace {
  /** Every path of the repository. */
  readonly paths: readonly string[];
  /** What the answer drew of the files it means. */
  readonly trees: readonly FileTree[];
  /** Whoever answered was asked for paths from the root; otherwise `models/task.ts` may be the end of a longer one. */
  readonly namesWholePaths: boolean;
}

/**
 * Where a path of an answer leads. A file that stands there is named only by its whole path; `./name` is the whole path
 * of a file at the root. Whatever is less, or more than one thing, is bound to nothing that stands.
 */
export function bindFile(said: string, kind: FileChangeKind, place: BindingPlace): FileTarget {
  if (kind === "example") return unbound("example");
  const path = said.replace(/^(?:\.\/+)+/u, "").replace(/^\/+/u, "");
  if (checkPath(path) !== null) return unbound("unsafe_path");
  const isWhole = path.includes("/") || path !== said;
  const target = isWhole ? bindWhole(path, place) : bindBare(path, place);
  const needsFile = kind === "change" || kind === "delete";
  return needsFile && target.kind === "new" ? unbound("missing") : target;
}

function unbound(reason: UnboundReason, candidates: readonly string[] = []): FileTarget {
  return { kind: "unbound", reason, candidates };
}

function bindWhole(path: string, place: BindingPlace): FileTarget {
  if (place.paths.includes(path)) return { kind: "existing", path };
  const drawn = drawnPaths(path, place);
  const meant = drawn.length === 1 && drawn[0] !== undefined ? drawn[0] : path;
  const standing = [path, meant].flatMap((each) => rivalsOf(each, place));
  if (drawn.length > 1 || standing.length > 0)
    return unbound("ambiguous", [...new Set([...drawn, ...standing])]);
  return isFree(meant, place.paths) ? { kind: "new", path: meant } : unbound("ambiguous");
}

function bindBare(name: string, place: BindingPlace): FileTarget {
  const drawn = drawnPaths(name, place);
  const standing = standingLike(name, place.paths);
  const candidates = [...new Set([...drawn, ...standing])];
  const [only = name] = drawn;
  const isNew = drawn.length === 1 ? standingLike(only, place.paths).length === 0 : candidates.length === 0;
  if (isNew && isFree(only, place.paths)) return { kind: "new", path: only };
  return unbound(candidates.length > 1 ? "ambiguous" : "bare_name", candidates);
}

function rivalsOf(path: string, { paths, namesWholePaths }: BindingPlace): readonly string[] {
  const like = standingLike(path, paths);
  return namesWholePaths ? like.filter((each) => each.length === path.length) : like;
}

/** Files that the path may mean, also in another case: some disks do not tell `A.ts` from `a.ts`. */
function standingLike(path: string, paths: readonly string[]): readonly string[] {
  const plain = path.toLowerCase();
  return paths.filter((each) => each.toLowerCase() === plain || each.toLowerCase().endsWith(`/${plain}`));
}

/** No file stands where it would need a folder, and no folder where it would stand. */
function isFree(path: string, paths: readonly string[]): boolean {
  return !paths.some((each) => path.startsWith(`${each}/`) || each.startsWith(`${path}/`));
}

function drawnPaths(path: string, { trees, paths }: BindingPlace): readonly string[] {
  const drawn = trees.flatMap((tree) => tree.files.map((file) => fromRoot(tree, file, paths)));
  return [...new Set(drawn.filter((each) => each === path || each.endsWith(`/${path}`)))];
}

/** The root of a drawing is the repository itself, unless the repository has a folder of that name. */
function fromRoot({ root, files }: FileTree, file: string, paths: readonly string[]): string {
  const folder = root?.replaceAll(/^\.?\/+|\/+$/gu, "") ?? "";
  if (folder === "" || folder === ".") return file;
  const isFolder = paths.some((path) => path.startsWith(`${folder}/`));
  const isProject =
    root?.startsWith("/") === true || files.some((each) => atRoot.test(each) || startsLike(each, paths));
  return isProject && !isFolder ? file : `${folder}/${file}`;
}

const atRoot =
  /^(?:src|tests?|docs|README\.md|package\.json|pyproject\.toml|requirements\.txt|go\.mod|Cargo\.toml)(?:\/|$)/u;

function startsLike(file: string, paths: readonly string[]): boolean {
  const [folder = "", ...rest] = file.split("/");
  return rest.length > 0 && paths.some((path) => path.startsWith(`${folder}/`));
}

/** Whole contents for one path that differ are bound to nothing: nobody could tell which one is meant. */
export function withoutRivals(files: readonly FileChange[]): readonly FileChange[] {
  const kept: FileChange[] = [];
  for (const file of files) {
    const isKnown = kept.some(
      (each) => pathOf(each) !== null && pathOf(each) === pathOf(file) && isSame(each, file),
    );
    if (!isKnown) kept.push(file);
  }
  return kept.map((file) => {
    const rivals = kept.filter((each) => each !== file && pathOf(each) === pathOf(file));
    const isRival = pathOf(file) !== null && rivals.some((each) => areRivals(each, file));
    return isRival ? { ...file, target: unbound("said_twice", [pathOf(file) ?? ""]) } : file;
  });
}

function pathOf({ target }: FileChange): string | null {
  return target.kind === "unbound" ? null : target.path;
}

function isSame(a: FileChange, b: FileChange): boolean {
  return a.kind === b.kind && textOf(a) === textOf(b);
}

function textOf({ content }: FileChange): string | null {
  return content.kind === "none" ? null : `${content.kind}:${content.text}`;
}

/** Two pieces of one file may stand beside each other; a whole file and anything else may not. */
function areRivals(a: FileChange, b: FileChange): boolean {
  return a.kind !== b.kind || a.content.kind !== "part" || b.content.kind !== "part";
}
