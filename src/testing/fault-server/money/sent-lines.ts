export interface SentLine {
  /** Where it begins in its file. */
  readonly at: number;
  readonly text: string;
}

const newline = 0x0a;

/** The lines that went out whole: ended by a newline, or by the end of the file. */
export function sentLines(file: Buffer, sentBytes: number): readonly SentLine[] {
  const lines: SentLine[] = [];
  let at = 0;
  while (at < sentBytes) {
    const found = file.indexOf(newline, at);
    const end = found === -1 ? file.length : found;
    if (end > sentBytes) break;
    lines.push({
      at,
      text: file
        .subarray(at, end)
        .toString("utf8")
        .replace(/^\uFEFF/u, ""),
    });
    at = end + 1;
  }
  return lines;
}
