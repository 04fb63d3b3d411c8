import type { BlockKind } from "../../domain/plan.ts";
import { hasTruncationMark } from "../../domain/planning/truncation-mark.ts";
import { type BlockPath, languageOf } from "./block-path.ts";
import type { FencedBlock } from "./fenced-blocks.ts";
import { isFileTree } from "./file-tree.ts";

const shells = languages("sh bash zsh fish shell console shell-session powershell ps1 pwsh cmd bat terminal");
/** Languages that are put on drawings as well. */
const drawnInto = new Set([...shells, "markdown"]);
const plain = languages("text txt plaintext plain ascii tree none");
const drawings = languages("mermaid plantuml puml dot graphviz d2");
const settings = languages("yaml yml toml ini env dotenv properties json jsonc json5 conf cfg hcl xml");
const printed = languages("log output stdout stderr");
const patches = languages("diff patch udiff");

function languages(names: string): ReadonlySet<string> {
  return new Set(names.split(" "));
}

/** What a block is for: by its language, by what it looks like, and by the words before it. */
export function blockKind(block: FencedBlock, path: BlockPath | null): BlockKind {
  const language = languageOf(block.tag);
  const isText = language === "" || plain.has(language);
  const sure = kindOfLanguage(language, path) ?? drawnKind(block.lines, isText || drawnInto.has(language));
  if (sure !== null) return sure;
  if (shells.has(language)) return isScript(path) ? "file" : "command";
  if (path !== null) return kindOfNamed(block, path);
  return isText ? kindOfText(block) : kindOfCode(block, language);
}

function kindOfLanguage(language: string, path: BlockPath | null): BlockKind | null {
  if (patches.has(language)) return "edit";
  if (printed.has(language)) return "output";
  return path === null && drawings.has(language) ? "diagram" : null;
}

function drawnKind(lines: readonly string[], mayBeDrawn: boolean): "tree" | "diagram" | null {
  if (!mayBeDrawn) return null;
  if (isFileTree(lines)) return "tree";
  return isDiagram(lines) ? "diagram" : null;
}

const boxes = /\+[-=]{2,}|[┌┐└┘╔╗╚╝╭╮╰╯]/u;
const arrows = /-+>|<-+|=+>|[→←↓↑▼▲⇒]|^\s*[|v^]\s*$/u;

function isDiagram(lines: readonly string[]): boolean {
  const drawn = lines.filter((line) => line.trim() !== "");
  if (drawn.filter((line) => boxes.test(line)).length >= 2) return true;
  const isCode = drawn.some((line) =>
    /[;{}]\s*$|^\s*(?:def|class|function|import|const|let|return)\b/u.test(line),
  );
  return !isCode && drawn.length > 0 && drawn.filter((line) => arrows.test(line)).length * 3 >= drawn.length;
}

/** Commands stand in shell blocks; a script is a file only where its own block says so. */
function isScript(path: BlockPath | null): boolean {
  if (path?.named.kind !== "one") return false;
  const isShell = /\.(?:sh|bash|zsh|fish|ps1|psm1|bat|cmd)$/iu.test(path.named.path);
  return path.source === "tag" || path.source === "comment" || (path.source === "heading" && isShell);
}

const changing =
  /\b(?:modify|modifying|update|updating|change|changing|edit|editing|extend|extending|append|appending|insert|inserting|replace|replacing|patch|adjust|amend)\b|\badd(?:ing)?\b[^.]*\bto\b/iu;
const showing = /\b(?:usage|how to use|example of us(?:e|ing)|used as follows|use it like)\b/iu;

function kindOfNamed(block: FencedBlock, { named, source }: BlockPath): BlockKind {
  const last = wordsBefore(block);
  const title = source === "heading" ? (block.heading?.text ?? "") : "";
  if (named.kind === "several" || showing.test(`${last} ${title}`)) return "snippet";
  const isPartial = hasTruncationMark(named.path, block.lines.join("\n"));
  return isPartial || !block.isClosed || changing.test(`${last} ${title}`) ? "edit" : "file";
}

function wordsBefore({ before }: FencedBlock): string {
  return before.findLast(({ text }) => text !== "")?.text ?? "";
}

const printing =
  /\b(?:output|prints?|printed|logs?|result|response|returns?|you (?:should|will) see|looks like)\b/iu;
const commandLine =
  /^\s*(?:[$>%]\s+\S|(?:sudo|npm|npx|pnpm|yarn|pip3?|python3?|node|git|docker|docker-compose|cd|mkdir|make|cargo|go|curl|brew|apt|apt-get|source|export|cp|mv|rm|touch|echo|pytest|uv|poetry|dotnet)\s+\S)/u;

function kindOfText(block: FencedBlock): BlockKind {
  const lines = block.lines.filter((line) => line.trim() !== "");
  const said = lines.filter((line) => !/^\s*#/u.test(line));
  if (said.length > 0 && said.every((line) => commandLine.test(line))) return "command";
  if (printing.test(wordsBefore(block)) || lines.some((line) => /^Traceback |^\s+at \S+ \(/u.test(line)))
    return "output";
  const isSettings =
    said.length > 0 && said.every((line) => /^\s*[\w.-]+\s*=\s*\S*|^\[[\w.-]+\]$/u.test(line));
  return isSettings ? "config" : "snippet";
}

/** Code without a path is a snippet: nobody said where it belongs. */
function kindOfCode(block: FencedBlock, language: string): BlockKind {
  if (!settings.has(language)) return "snippet";
  return printing.test(wordsBefore(block)) ? "output" : "config";
}
