export interface NearestLines {
  readonly start: number;
  readonly lines: readonly string[];
}

const maxCompared = 12;
const minLikeness = 0.3;

/** The lines most like those searched for, for a complaint only; null when nothing is. */
export function nearestLines(lines: readonly string[], search: readonly string[]): NearestLines | null {
  const first = search.findIndex((line) => line.trim() !== "");
  const wanted = search.slice(first, first + maxCompared).map(wordsOf);
  const words = lines.map(wordsOf);
  let best = { start: 0, likeness: 0 };
  for (let start = 0; start < lines.length; start += 1) {
    const likeness = likenessAt(words, start, wanted);
    if (likeness > best.likeness) best = { start, likeness };
  }
  if (best.likeness < minLikeness) return null;
  return { start: best.start, lines: lines.slice(best.start, best.start + wanted.length) };
}

function likenessAt(
  words: readonly ReadonlySet<string>[],
  start: number,
  wanted: readonly ReadonlySet<string>[],
): number {
  const each = wanted.map((want, index) => shareOf(want, words[start + index] ?? new Set()));
  return each.reduce((sum, value) => sum + value, 0) / wanted.length;
}

/** The share of words two lines have in common; blank lines say nothing. */
function shareOf(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const common = [...one].filter((word) => other.has(word)).length;
  const all = one.size + other.size - common;
  return all === 0 ? 0 : common / all;
}

function wordsOf(line: string): ReadonlySet<string> {
  return new Set(line.match(/[\p{L}\p{N}_]+/gu) ?? line.match(/\S+/gu));
}
