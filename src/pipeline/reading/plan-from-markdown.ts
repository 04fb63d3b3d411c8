import type {
  BlockKind,
  CodeBlock,
  FileChange,
  FileChangeKind,
  FileContent,
  Plan,
} from "../../domain/plan.ts";
import { type BindingPlace, bindFile, withoutRivals } from "./bind-files.ts";
import { blockKind } from "./block-kind.ts";
import { type BlockPath, blockPath, languageOf } from "./block-path.ts";
import { type FencedBlock, fencedBlocks } from "./fenced-blocks.ts";
import { readFileTree } from "./file-tree.ts";
import { planSections, type PlanSections } from "./plan-sections.ts";
import { splitBlock, toText } from "./split-block.ts";

interface ReadBlock {
  readonly block: FencedBlock;
  readonly kind: BlockKind;
  readonly path: BlockPath | null;
}

/** A plan in headings, lists and fenced blocks. */
export function planFromMarkdown(text: string, paths: readonly string[]): Omit<Plan, "reading"> {
  const blocks = fencedBlocks(text).map((block): ReadBlock => {
    const path = blockPath(block);
    return { block, kind: blockKind(block, path), path };
  });
  const trees = blocks.filter(({ kind }) => kind === "tree").map(({ block }) => readFileTree(block.lines));
  const { phases, files: listed, ...sections } = planSections(text);
  const place = { place: { paths, trees, namesWholePaths: false }, phases };
  const written = blocks.flatMap((each) => filesOf(each, place));
  return {
    ...sections,
    phases: phases.map(({ title, steps }) => ({ title, steps })),
    files: withoutRivals([...written, ...listedFiles(listed, written, place)]),
    blocks: blocks.map(toCodeBlock),
  };
}

interface Surroundings {
  readonly place: BindingPlace;
  readonly phases: PlanSections["phases"];
}

function filesOf({ block, kind, path }: ReadBlock, around: Surroundings): readonly FileChange[] {
  if (path === null || !(kind === "file" || kind === "edit" || kind === "snippet")) return [];
  const phase = phaseAt(block.at, around.phases);
  if (path.named.kind === "several") return [unclear(block, path.named.paths, phase)];
  if (kind !== "file") {
    const text = toText(withoutPathComment(block.lines, path));
    const change = kind === "edit" ? "change" : "example";
    return [
      toFileChange({ said: path.named.path, kind: change, content: { kind: "part", text }, phase }, around),
    ];
  }
  const parts = splitBlock(block.lines);
  const whole = [{ path: path.named.path, text: toText(withoutPathComment(block.lines, path)) }];
  return (parts.length > 0 ? parts : whole).map((part) =>
    toFileChange(
      { said: part.path, kind: "create", content: { kind: "whole", text: part.text }, phase },
      around,
    ),
  );
}

interface SaidChange {
  readonly said: string;
  readonly kind: FileChangeKind;
  readonly content: FileContent;
  readonly phase: string | null;
}

/** A block does not say whether its file is new; what stands in the repository does. */
function toFileChange(change: SaidChange, { place }: Surroundings): FileChange {
  const target = bindFile(change.said, change.kind, place);
  const kind = change.kind === "create" && target.kind === "existing" ? "change" : change.kind;
  return { ...change, kind, target, template: null, variables: {} };
}

function unclear(block: FencedBlock, candidates: readonly string[], phase: string | null): FileChange {
  return {
    kind: "change",
    said: candidates.join(", "),
    target: { kind: "unbound", reason: "ambiguous", candidates },
    content: { kind: "part", text: toText(block.lines) },
    template: null,
    variables: {},
    phase,
  };
}

/** The comment that names the file is part of the answer, not of the file. */
function withoutPathComment(lines: readonly string[], { source }: BlockPath): readonly string[] {
  if (source !== "comment") return lines;
  const at = lines.findIndex((line) => line.trim() !== "" && !line.startsWith("#!"));
  return lines.filter((_, index) => index !== at);
}

function listedFiles(
  listed: PlanSections["files"],
  written: readonly FileChange[],
  around: Surroundings,
): readonly FileChange[] {
  return listed
    .filter(({ said }) => !written.some((each) => each.said === said || each.said.endsWith(`/${said}`)))
    .map(({ said, kind, at }) =>
      toFileChange({ said, kind, content: { kind: "none" }, phase: phaseAt(at, around.phases) }, around),
    );
}

function phaseAt(at: number, phases: PlanSections["phases"]): string | null {
  return phases.findLast(({ from, to }) => from < at && at < to)?.title ?? null;
}

const testPath = /(?:^|[/_.-])(?:tests?|specs?)(?:[/_.-]|$)|(?:^|\/)conftest\.py$/iu;
const testCode =
  /^\s*(?:async )?def test_|\b(?:describe|it|test)\(\s*["'`]|@Test\b|#\[test\]|\bfunc Test[A-Z]/mu;

function toCodeBlock({ block, kind, path }: ReadBlock): CodeBlock {
  const said = path?.named.kind === "one" ? path.named.path : null;
  const isNamed = kind === "file" || kind === "edit" || kind === "snippet";
  return {
    kind,
    language: languageOf(block.tag),
    path: isNamed ? said : null,
    root: kind === "tree" ? readFileTree(block.lines).root : null,
    isTest: isNamed && ((said !== null && testPath.test(said)) || testCode.test(block.lines.join("\n"))),
  };
}
