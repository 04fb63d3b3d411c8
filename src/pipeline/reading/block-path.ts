import type { FencedBlock } from "./fenced-blocks.ts";
import { isPathLike, type NamedPath, pathNamedBy } from "./path-words.ts";

export interface BlockPath {
  readonly named: NamedPath;
  readonly source: "tag" | "comment" | "diff" | "line" | "heading";
}

/** Where a block says it belongs: behind its marks, in its first line, in the line before it, in its heading. */
export function blockPath(block: FencedBlock): BlockPath | null {
  const tag = pathInTag(block.tag);
  const inner = pathInDiff(block) ?? pathInComment(block);
  if (tag !== null) return bySeveral(tag, inner?.path ?? null) ?? one(longer(tag, inner?.path), "tag");
  const around = pathAround(block);
  return inner === null ? around : one(longer(inner.path, samePlace(around, inner.path)), inner.source);
}

function samePlace(around: BlockPath | null, path: string): string {
  const said = around?.named.kind === "one" ? around.named.path : "";
  return isSamePlace(said, path) ? said : "";
}

/** Two places that are said with the same weight name neither. */
function bySeveral(tag: string, comment: string | null): BlockPath | null {
  if (comment === null || isSamePlace(tag, comment)) return null;
  return { named: { kind: "several", paths: [tag, comment] }, source: "tag" };
}

function one(path: string, source: BlockPath["source"]): BlockPath {
  return { named: { kind: "one", path }, source };
}

function longer(path: string, other = ""): string {
  return other.length > path.length ? other : path;
}

/** `config.py` and `core/config.py` are the same place, told less and more. */
function isSamePlace(a: string, b: string): boolean {
  return a === b || a.endsWith(`/${b}`) || b.endsWith(`/${a}`);
}

/** ```ts path=src/a.ts, ```ts title="src/a.ts", ```python:src/a.py, ```ts src/a.ts, ```src/a.ts */
function pathInTag(tag: string): string | null {
  const words = tag.match(/"[^"]*"|[^\s,{}"]+(?:="[^"]*")?/gu) ?? [];
  for (const word of words) {
    const value = word
      .replace(/^(?:path|file|filename|filepath|title|name|src)[=:]/iu, "")
      .replaceAll('"', "");
    if (isPathLike(value)) return value;
    const behindColon = /^[\w+#-]+:(?<path>.+)$/u.exec(value)?.groups?.["path"];
    if (behindColon !== undefined && isPathLike(behindColon)) return behindColon;
  }
  return null;
}

export function languageOf(tag: string): string {
  const word = /^(?:\{\.)?(?<word>[^\s:,{}]+)/u.exec(tag)?.groups?.["word"]?.toLowerCase() ?? "";
  return isPathLike(word) || word.includes("=") ? "" : word;
}

interface InnerPath {
  readonly path: string;
  readonly source: "comment" | "diff";
}

function pathInComment({ lines, tag }: FencedBlock): InnerPath | null {
  if (/^(?:md|mdx|markdown)\b/iu.test(tag)) return null;
  const first = lines.find((line) => line.trim() !== "" && !line.startsWith("#!"));
  const path = first === undefined ? null : pathComment(first);
  return path === null ? null : { path, source: "comment" };
}

function pathInDiff({ lines, tag }: FencedBlock): InnerPath | null {
  if (!/^(?:diff|patch|udiff)\b/iu.test(tag)) return null;
  const headers = lines.flatMap(
    (line) => /^(?:\+\+\+|---) (?:[ab]\/)?(?<path>[^\t]+)/u.exec(line)?.groups?.["path"] ?? [],
  );
  const path = headers.findLast((each) => each !== "/dev/null");
  return path === undefined ? null : { path: path.trim(), source: "diff" };
}

const wholeComment =
  /^(?:\/\/+|#+|--|;+|%|<!--|\/\*+|\(\*|\{\/\*|"""|''')\s*(?:(?:file(?:name|path)?|path|location|module)\s*[:=]?\s*)?[`"']?(?<path>[^\s`"'*]+?)[`"']?:?\s*(?:\([^()]*\)|\s[-–—]\s.*)?\s*(?:-->|\*+\/\}?|\*\)|"""|''')?$/iu;

/** A comment that holds a path and nothing else says where what follows belongs. */
export function pathComment(line: string): string | null {
  const path = wholeComment.exec(line.slice(0, 500).trimEnd())?.groups?.["path"];
  return path !== undefined && isPathLike(path) ? path : null;
}

/** Lines such as "Here is the code:" say nothing themselves; then the line before them does. */
const empty =
  /^(?:here(?:'s|’s| is| are)|the (?:code|file|content)|code|contents?|implementation|full|complete|example|as follows|like this|for example|with the following|file content)\b[^`]*$/iu;

function pathAround({ before, heading }: FencedBlock): BlockPath | null {
  const lines = before.map(({ text }) => text).filter((text) => text !== "");
  const last = lines.at(-1) ?? "";
  const near = pathNamedBy(last) ?? (empty.test(last) ? pathNamedBy(lines.at(-2) ?? "") : null);
  if (near !== null) return { named: near, source: "line" };
  const named = heading === null ? null : pathNamedBy(heading.text);
  return named === null ? null : { named, source: "heading" };
}
