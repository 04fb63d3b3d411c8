/** Text on one line: what separates words is one space, what cannot be seen is gone. */
export function toOneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
}

/** Text of several lines without what no reader sees: line ends of other systems, trailing spaces, empty edges. */
export function toPlainLines(text: string): string {
  const lines = text.replaceAll(/\r\n?/gu, "\n").split("\n");
  const clean = lines.map((line) => line.replaceAll(/[^\P{Cc}\t]/gu, " ").trimEnd());
  return clean.join("\n").trim();
}
