import { fieldOf } from "./analysis-fields.ts";
import { type Findings, noFindings } from "./findings.ts";
import { labelOf, type LabelledSection, labelledSections } from "./labelled-sections.ts";
import { joinSentences, listItems, saysNothing, splitInline } from "./list-items.ts";
import { type MarkdownLine, toMarkdownLines } from "./markdown-line.ts";
import { readComplexity, readPriority } from "./read-levels.ts";
import { tablesAsLines } from "./tables-as-lines.ts";

/** Reads labelled Markdown: headings, bold words, numbered and bulleted lines, tables. */
export function readLabels(text: string): Findings {
  const outside = sectionsIn(
    text.replaceAll(/^ {0,3}(?<mark>`{3,}|~{3,})[^\n]*\n[\s\S]*?^ {0,3}\k<mark>[^\S\n]*$/gmu, ""),
  );
  const sections =
    outside.length > 0 ? outside : sectionsIn(text.replaceAll(/^\s*(?:`{3,}|~{3,}).*$/gmu, ""));
  return sections.reduce(addSection, noFindings);
}

function sectionsIn(text: string): readonly LabelledSection[] {
  return labelledSections(toMarkdownLines(tablesAsLines(text)));
}

function addSection(findings: Findings, section: LabelledSection): Findings {
  switch (section.field) {
    case "complexity":
      return {
        ...findings,
        complexity: [...findings.complexity, ...presentIn([readValue(section, readComplexity)])],
      };
    case "priority":
      return {
        ...findings,
        priority: [...findings.priority, ...presentIn([readValue(section, readPriority)])],
      };
    case "blockers":
      return { ...findings, blockers: [...(findings.blockers ?? []), ...blockersIn(section)] };
    case "firstStep":
      return { ...findings, firstStep: [...findings.firstStep, ...firstStepIn(section)] };
    case "steps":
      return { ...findings, steps: [...findings.steps, ...stepsIn(section)] };
  }
}

function presentIn<Value>(values: readonly (Value | null)[]): readonly Value[] {
  return values.flatMap((value) => (value === null ? [] : [value]));
}

/** The value stands in the line of the label, behind the same label once more, or it is the first thing below it. */
function readValue<Value>(section: LabelledSection, read: (text: string) => Value | null): Value | null {
  if (section.value !== "") return read(section.value);
  const labels = section.lines.map(labelOf);
  const again = labels.find((label) => label?.field === section.field && label.value !== "");
  const first = section.lines.find(({ text }) => text !== "");
  return read(again?.value ?? first?.text ?? "");
}

function blockersIn({ value, lines }: LabelledSection): readonly string[] {
  const hasList = lines.some(({ mark }) => mark === "bullet" || mark === "number");
  if (!hasList && value !== "") return splitInline(value).filter((item) => !saysNothing(item));
  return listItems(withoutCategories(lines)).filter((item) => !saysNothing(item));
}

/** A list of "Blockers" and a list of "Dependencies" below one label are one list. */
function withoutCategories(lines: readonly MarkdownLine[]): readonly MarkdownLine[] {
  const inner = lines.filter(({ text }) => fieldOf(text.replace(/:\s*$/u, "")) !== "blockers");
  if (inner.length === lines.length) return lines;
  return inner.map((line) => (line.text === "" ? line : { ...line, indent: 0 }));
}

function firstStepIn({ value, lines }: LabelledSection): readonly string[] {
  const items = listItems(lines);
  const isSequence = lines.some(({ mark }) => mark === "number") && items.length > 1;
  const below = isSequence ? items.slice(0, value === "" ? 1 : 0) : items;
  const text = [value, ...below].filter((part) => part !== "").reduce(joinSentences, "");
  return text === "" ? [] : [text];
}

function stepsIn({ value, lines }: LabelledSection): readonly string[] {
  const items = listItems(lines);
  if (items.length > 0) return items;
  return value === "" ? [] : splitInline(value);
}
