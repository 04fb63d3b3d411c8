export interface Heading {
  readonly line: number;
  readonly level: number;
  readonly text: string;
  /** The line after its part: the next heading that is not below it, or the end of the file. */
  readonly end: number;
}

export function findHeadings(texts: readonly string[], hidden: readonly boolean[]): readonly Heading[] {
  const headings: Heading[] = [];
  const endsByLevel = [0, 1, 2, 3, 4, 5, 6].map(() => texts.length);
  for (let line = texts.length - 1; line >= 0; line -= 1) {
    const found = hidden[line] === true ? null : readHeading(texts[line] ?? "");
    if (found === null) continue;
    headings.push({ ...found, line, end: endsByLevel[found.level] ?? texts.length });
    endsByLevel.fill(line, found.level);
  }
  return headings.toReversed();
}

function readHeading(text: string): Pick<Heading, "level" | "text"> | null {
  const marks = /^\uFEFF? {0,3}(?<marks>#{1,6})(?=\s|$)/u.exec(text)?.groups?.["marks"];
  if (marks === undefined) return null;
  return { level: marks.length, text: text.slice(text.indexOf(marks) + marks.length).trim() };
}

export function findPart(headings: readonly Heading[], name: string): Heading | null {
  return headings.find((heading) => heading.text.toLowerCase().startsWith(name)) ?? null;
}
