import type { ResultLine } from "../batches/result-line.ts";
import { hexOf, pickOf } from "../seeded.ts";
import type { ByteFault } from "./line-fault.ts";

export interface LineText {
  readonly file: "output" | "error";
  readonly text: string;
}

export interface Spoiling {
  readonly seed: number;
  readonly faultsOf: (customId: string) => readonly ByteFault[];
  /** A line that says the request failed, as the vendor says it. */
  readonly failedLine: (customId: string) => ResultLine;
}

/** Result lines as text, each with what its faults do to it. */
export function spoilLines(lines: readonly ResultLine[], spoiling: Spoiling): readonly LineText[] {
  return lines.flatMap((line) => {
    const text: LineText = { file: line.file, text: JSON.stringify(line.value) };
    return spoiling
      .faultsOf(line.customId)
      .reduce<readonly LineText[]>((texts, fault) => spoil(texts, fault, { ...spoiling, line }), [text]);
  });
}

type Spot = Spoiling & { readonly line: ResultLine };

function spoil(texts: readonly LineText[], fault: ByteFault, spot: Spot): readonly LineText[] {
  const [first] = texts;
  if (first === undefined) return texts;
  const rest = texts.slice(1);
  switch (fault.kind) {
    case "missing":
      return rest;
    case "duplicated":
      return [first, first, ...rest];
    case "contradicted":
      return [...texts, asText(spot.failedLine(spot.line.customId))];
    case "foreign_after":
      return [...texts, { ...first, text: renamed(first.text, spot) }];
    case "corrupted":
    case "cut":
    case "garbled":
    case "no_custom_id":
      return [{ ...first, text: damaged(first.text, fault.kind, spot) }, ...rest];
  }
}

function asText({ file, value }: ResultLine): LineText {
  return { file, text: JSON.stringify(value) };
}

function renamed(text: string, { line, seed }: Spot): string {
  return text.replaceAll(
    JSON.stringify(line.customId),
    JSON.stringify(`foreign-${hexOf(8, seed, line.customId)}`),
  );
}

type Damage = "corrupted" | "cut" | "garbled" | "no_custom_id";

function damaged(text: string, kind: Damage, { line, seed }: Spot): string {
  const at = 1 + pickOf(text.length - 1, seed, kind, line.customId);
  switch (kind) {
    case "corrupted":
      return `${text.slice(0, at)}\u0000\uFFFD<${text.slice(at + 3)}`;
    case "cut":
      return text.slice(0, at);
    case "garbled":
      return JSON.stringify(JSON.parse(text), withoutAnswer);
    case "no_custom_id":
      return text.replace(/"(?:custom_id|key)":"[^"]*",?/u, "");
  }
}

/** What a gateway put in the place of the answer: the line still says that there was one. */
function withoutAnswer(key: string, value: unknown): unknown {
  const isAnswer = typeof value === "object" && value !== null && !("body" in value);
  return isAnswer && /^(?:body|message|response)$/u.test(key) ? "<html>Bad gateway</html>" : value;
}
