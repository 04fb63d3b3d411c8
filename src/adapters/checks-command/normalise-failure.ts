/** Where a sandbox shows the tree; it has no place in what people and models read. */
const treeInside = "/box";

const longestMessage = 4000;

/**
 * The words of a failure as they are in every run on the same tree: what was expected, what was found, and the places inside
 * the tree. Times, addresses, throw-away names, and frames of the runtime and of installed packages are left out.
 */
export function normaliseFailure(text: string): string {
  const lines = withoutForeignFrames(withoutTreeFolder(text).replaceAll("\r\n", "\n").split("\n"));
  const steady = lines.map((line) => steadyLine(line).trimEnd()).join("\n");
  return shorten(steady.replaceAll(/\n{3,}/gu, "\n\n").replaceAll(/^\n+|\n+$/gu, ""));
}

/** A path of the tree without the folder it lay in: `file:///box/test/a.js` becomes `test/a.js`. */
export function withoutTreeFolder(text: string): string {
  return text.replaceAll(treeFolderPattern, "");
}

const treeFolderPattern = new RegExp(String.raw`(?:file://|(?<![\w./-]))${treeInside}/`, "gu");

function withoutForeignFrames(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let isInForeignFrame = false;
  for (const line of lines) {
    if (isPythonFrame(line)) isInForeignFrame = isForeignPython(line);
    // The source lines that Python prints below a frame are indented further than the frame itself.
    else if (!/^\s{4}/u.test(line)) isInForeignFrame = false;
    if (!isInForeignFrame && !isForeignJavaScript(line)) kept.push(line);
  }
  return kept;
}

function isPythonFrame(line: string): boolean {
  return /^\s+File "[^"]*", line \d+/u.test(line);
}

function isForeignPython(line: string): boolean {
  return /File "(?:\/|<frozen)|site-packages\//u.test(line);
}

/** A frame that names no file of the tree: `at new Promise (<anonymous>)`, `at node:internal/…`, `… 4 lines matching …`. */
function isForeignJavaScript(line: string): boolean {
  if (/^\s*\.\.\. \d+ (?:more|lines matching)/u.test(line)) return true;
  if (!/^\s+(?:at|❯) \S/u.test(line)) return false;
  const place = /(?<file>[^\s()]+):\d+:\d+\)?$/u.exec(line)?.groups?.["file"];
  if (place === undefined) return /\((?:<anonymous>|index \d+|native)\)(?: \{)?$/u.test(line);
  return /^(?:node:|file:|\/)|(?:^|\/)node_modules\//u.test(place);
}

const replacements: readonly (readonly [RegExp, string])[] = [
  [/\b(?<name>duration_ms\W{1,4}|(?:duration|time|elapsed)\s?[:=]\s?)\d+(?:\.\d+)?/gu, "$<name><time>"],
  // A measured time has decimals or stands in brackets; a time that a test speaks of is kept.
  [/(?<![\d.'"`])\d+\.\d{2,}\s?(?:ms|s|secs?|seconds|milliseconds|µs)\b/gu, "<time>"],
  [/\(\d+(?:\.\d+)?\s?(?:ms|s)\)/gu, "(<time>)"],
  [/\b(?<verb>took|in|after) \d+\.\d+\s?(?<unit>ms|s)\b/gu, "$<verb> <time>"],
  [/\b0x[0-9a-f]{6,}\b/giu, "0x…"],
  [/\/tmp\/[^\s'"`:,)\]}>]+/gu, "/tmp/…"],
];

function steadyLine(line: string): string {
  return replacements.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), line);
}

/** The beginning says what is wrong, the end where; between them lies what can be left out. */
function shorten(text: string): string {
  if (text.length <= longestMessage) return text;
  const half = longestMessage / 2;
  return `${text.slice(0, half)}\n… (${text.length - longestMessage} characters left out) …\n${text.slice(-half)}`;
}
