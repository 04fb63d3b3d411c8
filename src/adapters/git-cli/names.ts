import { isAbsolute } from "node:path";
import { AasError } from "../../domain/errors.ts";

// oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const controlCharacter = /[\u0000-\u001F\u007F]/u;

export function hasControlCharacter(text: string): boolean {
  return controlCharacter.test(text);
}

/** A full name of a ref that git accepts and that cannot be mistaken for an option or for a way to write an object. */
export function assertRefName(ref: string): void {
  const isSound =
    /^refs\/[^/]+\/./u.test(ref) &&
    ref.length <= 1000 &&
    !controlCharacter.test(ref) &&
    !/[ ~^:?*[\\]|\.\.|@\{|\/\/|[/.]$/u.test(ref) &&
    !ref.split("/").some((part) => part.startsWith(".") || part.startsWith("-") || part.endsWith(".lock"));
  if (!isSound) throw new AasError("not_allowed", `Not the full name of a ref: ${JSON.stringify(ref)}`);
}

/** A prefix of full names: `refs/heads/aas/`. */
export function assertRefPrefix(prefix: string): void {
  if (prefix !== "refs/") assertRefName(prefix.endsWith("/") ? `${prefix}x` : `${prefix}/x`);
}

/** A name that a new file may get. Files that are in a tree already keep theirs, whatever it is. */
export function assertNewPath(path: string): void {
  const complaint = complaintAbout(path);
  if (complaint !== null)
    throw new AasError("not_allowed", `${JSON.stringify(path)} cannot be a file: ${complaint}.`);
}

function complaintAbout(path: string): string | null {
  const parts = path.split("/");
  const ofPath = pathRules.find(([isBroken]) => isBroken(path));
  const ofPart = partRules.find(([isBroken]) => parts.some(isBroken));
  return ofPath?.[1] ?? ofPart?.[1] ?? null;
}

type Rule = readonly [isBroken: (text: string) => boolean, complaint: string];

const pathRules: readonly Rule[] = [
  [(path) => path === "" || Buffer.byteLength(path) > 4000, "the name is empty or too long"],
  [(path) => isAbsolute(path) || /^[A-Za-z]:/u.test(path), "the path is absolute"],
  [(path) => controlCharacter.test(path), "it has control characters"],
  [(path) => !path.isWellFormed() || path.includes("\uFFFD"), "it is not Unicode"],
  [(path) => path.includes("\\"), "it has a backslash"],
];

const partRules: readonly Rule[] = [
  [(part) => ["", ".", ".."].includes(part), "it has empty or dotted parts"],
  [(part) => part.startsWith("-"), "a part begins with a dash"],
  [(part) => Buffer.byteLength(part) > 255, "a part is too long"],
  [isGitFolder, "git keeps its own files under that name"],
];

/** `.git` as any file system may read it: other case, trailing dots and spaces, streams, short names, ignored characters. */
function isGitFolder(part: string): boolean {
  const seen = part
    .replaceAll(/[\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu, "")
    .toLowerCase()
    .replace(/:.*$/u, "")
    .replace(/[. ]+$/u, "");
  return seen === ".git" || /^git~\d+$/u.test(seen);
}
