export interface MarkdownLine {
  readonly indent: number;
  readonly mark: "heading" | "bullet" | "number" | "none";
  /** Level of a heading, number of a numbered line, otherwise 0. */
  readonly rank: number;
  /** Text of a bold span that the line begins with. */
  readonly boldHead: string | null;
  /** Without marks, numbering and emphasis. */
  readonly text: string;
}

/** Longer lines are prose or no Markdown at all; what stands behind is of no use and would only cost time. */
const maxLineLength = 5_000;

export function toMarkdownLines(text: string): readonly MarkdownLine[] {
  return text.split("\n").map(toMarkdownLine);
}

export function toMarkdownLine(raw: string): MarkdownLine {
  const line = raw
    .slice(0, maxLineLength)
    .replace(/\r$/u, "")
    .replace(/^(?: {0,3}> ?)+/u, "");
  const indent = indentOf(line);
  if (/^\s*(?<mark>[-*_])(?:[ \t]*\k<mark>){2,}[ \t]*$/u.test(line)) return rule;
  const first = openingMark(line.trim());
  const inner = /^(?:\*\*|__)?\(?(?<number>\d{1,3})[.)](?=[\s*_])/u.exec(first.rest)?.groups?.["number"];
  const rank = inner === undefined || first.mark === "number" ? first.rank : Number(inner);
  const mark = inner === undefined || first.mark !== "none" ? first.mark : "number";
  return {
    indent,
    mark,
    rank: mark === "number" ? rank : first.rank,
    boldHead: boldHeadOf(first.rest),
    text: withoutNumber(withoutEmphasis(first.rest)),
  };
}

/** A line across the page says nothing. */
const rule: MarkdownLine = { indent: 0, mark: "none", rank: 0, boldHead: null, text: "" };

function indentOf(line: string): number {
  const blank = /^[ \t]*/u.exec(line)?.[0] ?? "";
  return blank.replaceAll("\t", "    ").length;
}

function openingMark(line: string): Pick<MarkdownLine, "mark" | "rank"> & { readonly rest: string } {
  const found = /^(?:(?<heading>#{1,6})|(?<bullet>[-*+•‣◦–])|\(?(?<number>\d{1,3})[.)])\s+(?<rest>.*)$/u.exec(
    line,
  );
  const { heading, number, rest = line } = found?.groups ?? {};
  if (heading !== undefined)
    return { mark: "heading", rank: heading.length, rest: rest.replace(/\s+#+$/u, "") };
  if (number !== undefined) return { mark: "number", rank: Number(number), rest };
  return { mark: found === null ? "none" : "bullet", rank: 0, rest: rest.replace(/^\[[ xX]\]\s+/u, "") };
}

function boldHeadOf(text: string): string | null {
  const inside = /^[^\p{L}\p{N}*_]{0,4}(?:\*\*|__)(?<inside>[^*]{1,200})(?:\*\*|__)/u.exec(text)?.groups?.[
    "inside"
  ];
  return inside === undefined ? null : withoutNumber(inside.trim());
}

function withoutNumber(text: string): string {
  return text.replace(/^\(?\d{1,3}[.)]\s+/u, "").trim();
}

/** Bold and italic marks go; an asterisk or underscore that belongs to a name or a sum stays. */
export function withoutEmphasis(text: string): string {
  return text
    .replaceAll(/\*{2,3}/gu, "")
    .replaceAll(/(?<![\p{L}\p{N}_])__(?=\S)(?<inside>[^_\n]{1,300})__(?![\p{L}\p{N}_])/gu, "$<inside>")
    .replaceAll(/(?<![\p{L}\p{N}*])\*(?=[^\s*])(?<inside>[^*\n]{1,300})\*(?![\p{L}\p{N}*])/gu, "$<inside>")
    .replaceAll(/(?<![\p{L}\p{N}_])_(?=[^\s_])(?<inside>[^_\n]{1,300})_(?![\p{L}\p{N}_])/gu, "$<inside>")
    .trim();
}
