/** Texts within an answer that may be one JSON object, the likeliest first: models think aloud before they answer. */
export function jsonCandidates(text: string): readonly string[] {
  const fenced = [...text.matchAll(/```[^\n`]*\n(?<body>[\s\S]*?)\n?[ \t]*```/gu)]
    .map(({ groups }) => groups?.["body"]?.trim() ?? "")
    .filter((body) => body.startsWith("{"));
  return [...new Set([...fenced.toReversed(), ...balancedObjects(text).toReversed()])];
}

/**
 * Those that may be mended: they close as much as they open. Mending would close what was cut off, and half a plan would
 * pass for one.
 */
export function mendableCandidates(text: string): readonly string[] {
  const span = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  return [...new Set([...jsonCandidates(text), span])].filter(
    (candidate) => candidate.startsWith("{") && closesWhatItOpens(candidate),
  );
}

/** The outermost `{…}` of a text, in their order. Braces within strings count for nothing. */
function balancedObjects(text: string): readonly string[] {
  const open: number[] = [];
  const found: { readonly from: number; readonly to: number }[] = [];
  for (const { mark, at } of marksOf(text)) {
    if (mark === "{") open.push(at);
    const from = mark === "}" ? open.pop() : undefined;
    if (from === undefined) continue;
    // What lies within is no candidate of its own: half a plan must not pass for one.
    while ((found.at(-1)?.from ?? -1) > from) found.pop();
    found.push({ from, to: at + 1 });
  }
  return found
    .filter(({ from }) => open.every((at) => at > from))
    .map(({ from, to }) => text.slice(from, to));
}

interface Mark {
  readonly mark: string;
  readonly at: number;
}

/** Braces outside of strings; quotes count only within braces, for prose has apostrophes and quotes of its own. */
function* marksOf(text: string): Generator<Mark> {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at] ?? "";
    if (mark === '"' && depth > 0) at = endOfString(text, at);
    if (mark === "{") depth += 1;
    if (mark === "}") depth = Math.max(0, depth - 1);
    if (mark === "{" || mark === "}") yield { mark, at };
  }
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function closesWhatItOpens(text: string): boolean {
  const count = (mark: string): number => text.split(mark).length - 1;
  return count("{") === count("}") && count("[") === count("]");
}
