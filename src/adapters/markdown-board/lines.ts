/** One line of a file with the bytes that ended it, so that joining gives the file back. */
export interface Line {
  readonly text: string;
  readonly ending: "\n" | "\r\n" | "";
}

export function splitLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    if (newline === -1) return [...lines, { text: text.slice(start), ending: "" }];
    const isWindows = newline > start && text[newline - 1] === "\r";
    lines.push({
      text: text.slice(start, isWindows ? newline - 1 : newline),
      ending: isWindows ? "\r\n" : "\n",
    });
    start = newline + 1;
  }
  return lines;
}

export function joinLines(lines: readonly Line[]): string {
  return lines.map((line) => line.text + line.ending).join("");
}

/** Takes `remove` lines away at `at` (counted from 0) and puts others there. */
export interface LineEdit {
  readonly at: number;
  readonly remove: number;
  readonly insert: readonly string[];
}

/**
 * Edits must not overlap; those at one place keep their order. New lines end as the first line of the file does, and a
 * file without a final newline stays one.
 */
export function applyLineEdits(lines: readonly Line[], edits: readonly LineEdit[]): readonly Line[] {
  const ending = lines[0]?.ending === "\r\n" ? "\r\n" : "\n";
  const parts: (readonly Line[])[] = [];
  let copied = 0;
  for (const edit of edits.toSorted((a, b) => a.at - b.at)) {
    parts.push(lines.slice(copied, edit.at));
    parts.push(edit.insert.map((text, index) => ({ text, ending: endingAt(lines, edit, index) ?? ending })));
    copied = edit.at + edit.remove;
  }
  const whole = [...parts, lines.slice(copied)].flat();
  const finalEnding = lines.at(-1)?.ending ?? ending;
  return whole.map((line, index) => {
    if (index === whole.length - 1) return { ...line, ending: finalEnding };
    return line.ending === "" ? { ...line, ending } : line;
  });
}

/** A line that takes the place of another ends as that one did. */
function endingAt(lines: readonly Line[], edit: LineEdit, index: number): Line["ending"] | undefined {
  return index < edit.remove ? lines[edit.at + index]?.ending : undefined;
}
