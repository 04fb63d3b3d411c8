import type { Change, Operation } from "./operation.ts";
import { closesFence, type Fence, openFence } from "./fence.ts";

export interface ParsedAnswer {
  readonly operations: readonly Operation[];
  readonly problems: readonly string[];
}

/**
 * Reads `FILE: path` and `EDIT: path`, each with a fenced block. Talk around them is passed over; what could be read in
 * two ways is a problem, because a wrong guess would write half a file.
 */
export function parseAnswer(answer: string): ParsedAnswer {
  const lines = answer.split("\n").map((line) => line.replace(/\r$/u, ""));
  const operations: Operation[] = [];
  const problems: string[] = [];
  let at = 0;
  while (at < lines.length) {
    const header = readHeader(lines[at] ?? "");
    if (header === null) {
      const last = operations.at(-1);
      const skipped = skipTalk(lines, at, last);
      problems.push(...skipped.problems);
      at = skipped.next;
      continue;
    }
    const read = header.kind === "file" ? readFileBlock(lines, at + 1) : readEditBlocks(lines, at + 1);
    at = read.next;
    if (read.kind === "problem")
      problems.push(`${header.kind.toUpperCase()}: ${header.path}: ${read.problem}`);
    else if ("lines" in read) operations.push({ kind: "file", path: header.path, lines: read.lines });
    else operations.push({ kind: "edit", path: header.path, changes: read.changes });
  }
  return { operations, problems };
}

interface Header {
  readonly kind: "file" | "edit";
  readonly path: string;
}

/** Models like to dress the line up as a heading, in bold or in backticks. */
function readHeader(line: string): Header | null {
  const match = /^(?:#{1,6} |[*_]{1,2})?(?<word>FILE|EDIT):[*_]{0,2}[ \t]+(?<path>\S.*)$/u.exec(line);
  const word = match?.groups?.["word"];
  const path = match?.groups?.["path"];
  if (word === undefined || path === undefined) return null;
  return { kind: word === "FILE" ? "file" : "edit", path: undress(path.trim()) };
}

function undress(path: string): string {
  const bare = path.replace(/\*{1,2}$/u, "").trim();
  return /^`(?<inside>[^`]+)`$/u.exec(bare)?.groups?.["inside"] ?? bare;
}

/**
 * A bare fence after an operation may be the rest of a file whose own fence ended it early; operations inside a block of
 * talk would be lost.
 */
function skipTalk(
  lines: readonly string[],
  at: number,
  last: Operation | undefined,
): { readonly next: number; readonly problems: readonly string[] } {
  const fence = openFence(lines[at] ?? "");
  if (fence === null) return { next: at + 1, problems: [] };
  const end = lines.findIndex((line, index) => index > at && closesFence(line, fence));
  const next = end === -1 ? at + 1 : end + 1;
  const hidden = lines.slice(at + 1, next).find((line) => readHeader(line) !== null);
  if (hidden !== undefined) return { next, problems: [`${hidden}: it stands inside a fenced block.`] };
  if (last === undefined || fence.tag !== "") return { next, problems: [] };
  const problem = `after ${last.path}: a fenced block belongs to no operation. If it is part of that file, put the file in a longer fence (\`\`\`\`).`;
  return { next, problems: [problem] };
}

type Read<Result> =
  | ({ readonly kind: "read"; readonly next: number } & Result)
  | { readonly kind: "problem"; readonly next: number; readonly problem: string };

function readFileBlock(lines: readonly string[], from: number): Read<{ readonly lines: readonly string[] }> {
  const start = skipBlank(lines, from);
  const fence = openFence(lines[start] ?? "");
  if (fence === null) return noBlock(from);
  const end = lines.findIndex((line, index) => index > start && closesFence(line, fence));
  if (end === -1) return { kind: "problem", next: lines.length, problem: "its block is not closed." };
  const content = lines.slice(start + 1, end);
  if (content.some((line) => isNestedFence(line, fence))) {
    const problem = `it contains fenced blocks itself; put it in a longer fence than \`${fence.mark}\`.`;
    return { kind: "problem", next: end + 1, problem };
  }
  return { kind: "read", next: end + 1, lines: content };
}

/** The end of such an inner block would end the outer one: what follows would be lost. */
function isNestedFence(line: string, outer: Fence): boolean {
  const inner = openFence(line);
  return inner !== null && inner.tag !== "" && inner.mark.startsWith(outer.mark);
}

function noBlock(next: number): {
  readonly kind: "problem";
  readonly next: number;
  readonly problem: string;
} {
  return { kind: "problem", next, problem: "no fenced block follows it." };
}

/** All blocks up to the next header that hold changes. Inside a change nothing but its own marks ends it. */
function readEditBlocks(
  lines: readonly string[],
  from: number,
): Read<{ readonly changes: readonly Change[] }> {
  const changes: Change[] = [];
  let next = from;
  for (;;) {
    const start = skipBlank(lines, next);
    const fence = openFence(lines[start] ?? "");
    if (fence === null || (changes.length > 0 && !startsChange(lines, start + 1))) break;
    const block = readChanges(lines, start + 1, fence);
    if (block.kind === "problem") return block;
    changes.push(...block.changes);
    next = block.next;
  }
  return changes.length === 0 ? noBlock(from) : { kind: "read", next, changes };
}

function readChanges(
  lines: readonly string[],
  from: number,
  fence: Fence,
): Read<{ readonly changes: readonly Change[] }> {
  const changes: Change[] = [];
  let at = skipBlank(lines, from);
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (closesFence(line, fence)) {
      if (changes.length === 0) return { kind: "problem", next: at + 1, problem: noChange };
      return { kind: "read", next: at + 1, changes };
    }
    if (!isSearchMark(line)) return { kind: "problem", next: at + 1, problem: noChange };
    const change = readChange(lines, at + 1);
    if (change.kind === "problem") return change;
    changes.push({ search: change.search, replace: change.replace });
    at = skipBlank(lines, change.next);
  }
  return { kind: "problem", next: lines.length, problem: "its block is not closed." };
}

const noChange =
  "its block must hold <<<<<<< SEARCH, =======, >>>>>>> REPLACE and nothing outside of them; a whole file is written with FILE:.";

function readChange(lines: readonly string[], from: number): Read<Change> {
  const end = lines.findIndex((line, index) => index >= from && /^>{7} REPLACE\s*$/u.test(line));
  if (end === -1) {
    return { kind: "problem", next: lines.length, problem: "a SEARCH is not closed by >>>>>>> REPLACE." };
  }
  const body = lines.slice(from, end);
  const dividers = body.flatMap((line, index) => (/^={7}\s*$/u.test(line) ? [index] : []));
  const [divider] = dividers;
  if (divider === undefined || dividers.length > 1 || body.some(isSearchMark)) {
    const problem = `a SEARCH must have exactly one ======= before its >>>>>>> REPLACE; it has ${dividers.length}. If the file itself holds such lines, write it whole with FILE:.`;
    return { kind: "problem", next: end + 1, problem };
  }
  return { kind: "read", next: end + 1, search: body.slice(0, divider), replace: body.slice(divider + 1) };
}

function startsChange(lines: readonly string[], from: number): boolean {
  return isSearchMark(lines[skipBlank(lines, from)] ?? "");
}

function isSearchMark(line: string): boolean {
  return /^<{7} SEARCH\s*$/u.test(line);
}

function skipBlank(lines: readonly string[], from: number): number {
  const found = lines.findIndex((line, index) => index >= from && line.trim() !== "");
  return found === -1 ? lines.length : found;
}
