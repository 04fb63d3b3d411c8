/** Lines that show no table and no heading: closed code blocks and closed comments. What is never closed hides nothing. */
export function findHiddenLines(texts: readonly string[]): readonly boolean[] {
  const hidden = texts.map(() => false);
  const unclosed = new Map<string, number>();
  for (let index = 0; index < texts.length; index += 1) {
    const end = findBlockEnd(texts, index, unclosed);
    if (end === null) continue;
    hidden.fill(true, index, end + 1);
    index = end;
  }
  return hidden;
}

/** `unclosed` remembers what was looked for in vain, so that a file full of openings is read in one go. */
function findBlockEnd(texts: readonly string[], start: number, unclosed: Map<string, number>): number | null {
  const opening = openingOf(texts[start] ?? "");
  if (opening === null || (unclosed.get(opening.mark) ?? Infinity) <= opening.length) return null;
  const from = opening.mark === "<!--" ? start : start + 1;
  for (let index = from; index < texts.length; index += 1) {
    if (isClosedBy(texts[index] ?? "", opening)) return index;
  }
  unclosed.set(opening.mark, opening.length);
  return null;
}

interface Opening {
  readonly mark: string;
  readonly length: number;
}

function openingOf(text: string): Opening | null {
  if (/^\uFEFF? {0,3}<!--/u.test(text)) return { mark: "<!--", length: 0 };
  const fence = /^\uFEFF? {0,3}(?<fence>`{3,}|~{3,})(?<rest>.*)$/su.exec(text)?.groups;
  const marks = fence?.["fence"] ?? "";
  const mark = marks.slice(0, 1);
  if (mark === "" || (mark === "`" && (fence?.["rest"] ?? "").includes("`"))) return null;
  return { mark, length: marks.length };
}

function isClosedBy(text: string, opening: Opening): boolean {
  if (opening.mark === "<!--") return text.includes("-->");
  const fence = text.trim();
  return (
    fence.length >= opening.length && fence === opening.mark.repeat(fence.length) && /^ {0,3}[`~]/u.test(text)
  );
}
