import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { PriorityAdvice } from "../../src/domain/analysis.ts";
import type { CodeBlock } from "../../src/domain/plan.ts";
import { withoutEmphasis } from "../../src/pipeline/reading/markdown-line.ts";
import { readAnalysis } from "../../src/pipeline/reading/read-analysis.ts";
import { readPlan } from "../../src/pipeline/reading/read-plan.ts";
import { type CheckedCase, type CorpusScore, type Difference, toScore } from "./corpus-score.ts";

const finish = z.enum(["stop", "length", "refusal", "filter", "other"]).default("stop");

const analysisLabel = z.object({
  file: z.string(),
  finish,
  complexity: z.union([z.string(), z.array(z.string())]).nullish(),
  /** Null: keep it. A range holds both ends. */
  priority_change: z.union([z.string(), z.array(z.string())]).nullish(),
  priority_raw: z.string().nullish(),
  blockers: z.number().nullish(),
  first_step_contains: z.string().nullish(),
});

const blockLabel = z.object({
  lang: z.string().nullish(),
  kind: z.string(),
  path: z.string().nullish(),
  root: z.string().nullish(),
});

const designLabel = z.object({ file: z.string(), finish, blocks: z.array(blockLabel) });

const labelFile = z.object({ cases: z.array(z.union([designLabel, analysisLabel])) });

type AnalysisLabel = z.infer<typeof analysisLabel>;
type DesignLabel = z.infer<typeof designLabel>;
type BlockLabel = z.infer<typeof blockLabel>;

/** Reads every answer that a `…-labels.json` of the folder speaks of, and compares it with its label. */
export function scoreAnalyses(folder: string): CorpusScore {
  const files = readdirSync(folder).filter((name) => /labels.*\.json$/u.test(name));
  const cases = files.toSorted().flatMap((name) => {
    const labels = labelFile.parse(JSON.parse(readFileSync(join(folder, name), "utf8")));
    return labels.cases.flatMap((label) => checkFile(folder, label));
  });
  return toScore(cases);
}

function checkFile(folder: string, label: AnalysisLabel | DesignLabel): readonly CheckedCase[] {
  const path = join(folder, label.file);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    return [{ id: label.file, differences: [{ name: "file", expected: label.file, read: null }] }];
  }
  const text = readFileSync(path, "utf8");
  return "blocks" in label ? checkBlocks(label, text) : [checkAnalysis(label, text)];
}

function checkAnalysis(label: AnalysisLabel, text: string): CheckedCase {
  const read = readAnalysis(text, label.finish);
  const differences = [
    ...compare("complexity", riskierOf(label.complexity), read.complexity),
    ...compare("priority_change", changeOf(label), changeRead(read.priority)),
    ...compare("priority_raw", saidOf(label), read.priority?.said ?? null),
    ...compare("blockers", label.blockers, read.blockers.length),
    ...checkFirstStep(label, read.firstStep),
  ];
  return { id: label.file, differences };
}

/** A field that a label does not speak of is not compared. */
function compare(name: string, expected: unknown, read: unknown): readonly Difference[] {
  return expected === undefined || JSON.stringify(expected) === JSON.stringify(read)
    ? []
    : [{ name, expected, read }];
}

/** Of a range of complexities the last one counts. */
function riskierOf(complexity: AnalysisLabel["complexity"]): string | null | undefined {
  return Array.isArray(complexity) ? complexity.at(-1) : complexity;
}

function changeOf({ priority_change: change }: AnalysisLabel): readonly string[] | string | undefined {
  if (change === undefined) return undefined;
  if (change === null) return "keep";
  return typeof change === "string" ? [change] : change;
}

function changeRead(advice: PriorityAdvice | null): readonly string[] | string | null {
  return advice === null || advice.kind === "keep" ? (advice?.kind ?? null) : advice.to;
}

/** Emphasis is no part of what was said. */
function saidOf({ priority_raw: raw }: AnalysisLabel): string | undefined {
  return raw === undefined || raw === null ? undefined : withoutEmphasis(raw);
}

function checkFirstStep(label: AnalysisLabel, read: string | null): readonly Difference[] {
  const expected = label.first_step_contains;
  if (expected === undefined) return [];
  const isRead = expected === null ? read === null : plain(read ?? "").includes(plain(expected));
  return isRead ? [] : [{ name: "first_step_contains", expected, read }];
}

function plain(text: string): string {
  return withoutEmphasis(text).replaceAll(/\s+/gu, " ").toLowerCase();
}

function checkBlocks(label: DesignLabel, text: string): readonly CheckedCase[] {
  const { blocks } = readPlan({ text, finish: label.finish }, []);
  const count = compare("blocks", label.blocks.length, blocks.length);
  const whole = count.length === 0 ? [] : [{ id: label.file, differences: count }];
  return [
    ...whole,
    ...label.blocks.map((each, index) => checkBlock(`${label.file}#${index + 1}`, each, blocks[index])),
  ];
}

/** The words of the labels, and which of our kinds each of them may be: a snippet is whatever is no whole file. */
const kindsOf: Readonly<Record<string, readonly string[]>> = {
  shell: ["command"],
  ascii_diagram: ["diagram"],
  file_tree: ["tree"],
  snippet: ["snippet", "edit", "config"],
  partial_edit: ["edit"],
};

function checkBlock(id: string, label: BlockLabel, block: CodeBlock | undefined): CheckedCase {
  if (block === undefined) return { id, differences: [{ name: "block", expected: label.kind, read: null }] };
  const isKind =
    label.kind === "test" ? block.isTest : (kindsOf[label.kind] ?? [label.kind]).includes(block.kind);
  const differences = [
    ...compare("lang", label.lang ?? undefined, block.language),
    ...(isKind ? [] : [{ name: "kind", expected: label.kind, read: block.kind }]),
    ...compare("path", label.path, block.path),
    ...compare("root", label.root, block.root),
  ];
  return { id, differences };
}
