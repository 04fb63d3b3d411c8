import type { ConfigAddition, FileChangeKind, PlanPhase } from "../../domain/plan.ts";
import { fencedBlocks, isHeading } from "./fenced-blocks.ts";
import { listItems } from "./list-items.ts";
import { type MarkdownLine, toMarkdownLine } from "./markdown-line.ts";
import { pathNamedBy } from "./path-words.ts";

/** What a plan in Markdown says outside of its blocks. */
export interface PlanSections {
  readonly phases: readonly PhaseSpan[];
  readonly files: readonly { readonly said: string; readonly kind: FileChangeKind; readonly at: number }[];
  readonly config: readonly ConfigAddition[];
  readonly dependencies: readonly string[];
  readonly tests: readonly string[];
  readonly acceptance: readonly string[];
}

/** A phase with the lines of the answer that it spans. */
export interface PhaseSpan extends PlanPhase {
  readonly from: number;
  readonly to: number;
}

interface Section {
  readonly title: string;
  /** Level of its heading; of a bold line that heads it, below every heading. */
  readonly rank: number;
  readonly at: number;
  readonly items: readonly { readonly line: MarkdownLine; readonly raw: string; readonly at: number }[];
}

interface OpenSection extends Section {
  readonly items: Section["items"][number][];
}

const titles = {
  phase: /^(?:phase|step|stage|milestone|part)\s+(?:\d+|[a-z]|[ivx]+)\b/iu,
  files:
    /^(?:new |changed |modified )?files?(?: (?:changes|to (?:create|change|modify|add|delete|touch)|affected|list))?$/iu,
  config:
    /^(?:config(?:uration)?|settings|environment)(?: (?:additions|changes|variables|options|settings))?$/iu,
  dependencies: /^(?:(?:technical|additional|new|external|required) )*(?:requirements and )?dependencies$/iu,
  tests: /^(?:test(?:s|ing)?)(?: (?:strategy|plan|cases|and validation(?: strategy)?|approach))?$/iu,
  acceptance: /^(?:acceptance(?: criteria| tests?)?|definition of done|done when)$/iu,
} as const;

export function planSections(text: string): PlanSections {
  const sections = sectionsOf(text);
  const under = (pattern: RegExp): readonly Section["items"][number][] =>
    sections.filter(({ title }) => pattern.test(title)).flatMap(({ items }) => items);
  return {
    phases: sections
      .filter(({ title }) => titles.phase.test(title))
      .map((section) => toPhase(section, sections)),
    files: under(titles.files).flatMap(toFile),
    config: under(titles.config).flatMap(toAddition),
    dependencies: textsOf(under(titles.dependencies)),
    tests: textsOf(under(titles.tests)),
    acceptance: textsOf(under(titles.acceptance)),
  };
}

function sectionsOf(text: string): readonly Section[] {
  const hidden = new Set(
    fencedBlocks(text).flatMap(({ at, lines }) => lines.map((_, index) => at + 1 + index)),
  );
  const sections: OpenSection[] = [];
  for (const [at, raw] of text.split(/\r?\n/u).entries()) {
    const line = toMarkdownLine(raw);
    if (hidden.has(at)) continue;
    if (isHeading(line)) sections.push(toSection(line, at));
    else if (line.mark === "bullet" || line.mark === "number") sections.at(-1)?.items.push({ line, raw, at });
  }
  return sections;
}

const belowHeadings = 7;

function toSection({ mark, rank, text }: MarkdownLine, at: number): OpenSection {
  const title = text.replace(/[:：]$/u, "");
  return { title, rank: mark === "heading" ? rank : belowHeadings, at, items: [] };
}

/** A phase goes on over what is headed less than itself. */
function toPhase({ title, rank, at, items }: Section, sections: readonly Section[]): PhaseSpan {
  const next = sections.find((each) => each.at > at && each.rank <= rank);
  return { title, from: at, to: next?.at ?? Number.POSITIVE_INFINITY, steps: textsOf(items) };
}

function textsOf(items: Section["items"]): readonly string[] {
  return listItems(items.map(({ line }) => line));
}

function toFile({ line, at }: Section["items"][number]): PlanSections["files"] {
  const named = pathNamedBy(line.text);
  if (named?.kind !== "one") return [];
  const words = line.text.replace(named.path, " ");
  return [{ said: named.path, kind: kindSaid(words), at }];
}

function kindSaid(words: string): FileChangeKind {
  if (/\b(?:delete|deleted|remove|removed)\b/iu.test(words)) return "delete";
  if (/\b(?:example|sample)\b/iu.test(words)) return "example";
  if (/\b(?:modify|modified|update|updated|change|changed|edit|extend|existing)\b/iu.test(words))
    return "change";
  return "create";
}

/** - `NAME` (type, default: value, secret): description */
function toAddition({ line }: Section["items"][number]): readonly ConfigAddition[] {
  const {
    name,
    facts = "",
    description = "",
  } = /^`(?<name>[\w.-]{1,100})`\s*(?:\((?<facts>[^()]*)\))?\s*(?:[:–—-]\s*)?(?<description>.*)$/u.exec(
    line.text,
  )?.groups ?? {};
  if (name === undefined) return [];
  const parts = facts.split(",").map((part) => part.trim());
  const value = /^default(?:s to)?\s*[:=]?\s*(?<value>.+)$/iu;
  return [
    {
      name,
      type:
        parts
          .find((part) =>
            /^(?:string|str|int|integer|number|float|bool|boolean|list|path|url|enum)$/iu.test(part),
          )
          ?.toLowerCase() ?? "string",
      default:
        parts.flatMap((part) => value.exec(part)?.groups?.["value"]?.replaceAll("`", "") ?? []).at(0) ?? null,
      description,
      secret:
        parts.some((part) => /^secret$/iu.test(part)) || /(?:SECRET|TOKEN|PASSWORD|API_?KEY)$/iu.test(name),
    },
  ];
}
