/** A text as lines that remember how each of them ended, so that what is not touched stays byte for byte. */
export interface TextFile {
  readonly hasMark: boolean;
  readonly lines: readonly TextLine[];
}

interface TextLine {
  readonly text: string;
  /** Empty only for a last line without a newline. */
  readonly ending: "\n" | "\r\n" | "";
}

const byteOrderMark = "\uFEFF";

/** Null: not text in UTF-8, and then it is not edited by lines. */
export function readText(bytes: Buffer): TextFile | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? null : parseText(text);
  } catch {
    return null;
  }
}

function parseText(text: string): TextFile {
  const hasMark = text.startsWith(byteOrderMark);
  const parts = (hasMark ? text.slice(1) : text).split("\n");
  const last = parts.pop() ?? "";
  const lines = parts.map((part): TextLine =>
    part.endsWith("\r") ? { text: part.slice(0, -1), ending: "\r\n" } : { text: part, ending: "\n" },
  );
  return { hasMark, lines: last === "" ? lines : [...lines, { text: last, ending: "" }] };
}

export function renderText(file: TextFile): string {
  return (file.hasMark ? byteOrderMark : "") + file.lines.map((line) => line.text + line.ending).join("");
}

/** A new text in the manner of the old one: its line endings and mark. It ends with a newline unless it is empty. */
export function rewriteText(lines: readonly string[], before: TextFile | null): TextFile {
  const ending = before === null ? "\n" : usualEnding(before);
  return { hasMark: before?.hasMark ?? false, lines: lines.map((text) => ({ text, ending })) };
}

/**
 * Puts lines in place of others. The new lines end as the file's lines do; the last of them ends as the last line it
 * replaces did, so that a file without a final newline stays without.
 */
export function spliceLines(
  file: TextFile,
  place: { readonly start: number; readonly count: number },
  lines: readonly string[],
): TextFile {
  const end = place.start + place.count;
  const lastEnding = file.lines[end - 1]?.ending ?? "\n";
  const ending = usualEnding(file);
  const put = lines.map((text, index): TextLine => ({
    text,
    ending: index === lines.length - 1 ? lastEnding : ending,
  }));
  return { ...file, lines: [...file.lines.slice(0, place.start), ...put, ...file.lines.slice(end)] };
}

function usualEnding(file: TextFile): "\n" | "\r\n" {
  const long = file.lines.filter((line) => line.ending === "\r\n").length;
  const short = file.lines.filter((line) => line.ending === "\n").length;
  return long > short ? "\r\n" : "\n";
}
