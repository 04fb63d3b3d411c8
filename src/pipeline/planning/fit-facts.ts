import type { QuotedFile, RepositoryFacts } from "../../ports/repository-facts.ts";
import { summarizeTree } from "./summarize-tree.ts";

/** The facts as a prompt shows them: each part a text, empty where there is nothing. */
export interface FittedFacts {
  readonly checks: string;
  readonly languages: string;
  readonly files: string;
  readonly conventions: string;
  readonly openTasks: string;
  readonly recentCommits: string;
  /** What had no room, said so that nobody takes the rest for everything. */
  readonly leftOut: string;
}

/** Enough for a few hundred files and what people wrote of them. */
export const usualFactTokens = 6_000;

/** Three characters a token is more than any tokenizer makes of text and code. */
const charactersPerToken = 3;

/** The most of the whole that one part may take. What one leaves, the next may use. */
const shares = {
  checks: 0.2,
  languages: 0.05,
  files: 0.5,
  conventions: 0.4,
  openTasks: 0.2,
  recentCommits: 0.1,
};

/** Chooses what a prompt of so many tokens shows of a repository, in the order of its worth, and says what it does not. */
export function fitFacts(facts: RepositoryFacts, tokens: number): FittedFacts {
  const notes: string[] = [];
  let left = tokens * charactersPerToken - charactersOfNotes;
  const fit = (part: keyof typeof shares, choose: (room: number) => Choice): string => {
    const { text, note } = choose(
      Math.max(0, Math.min(left, Math.floor(shares[part] * tokens * charactersPerToken))),
    );
    left -= text.length;
    if (note !== null) notes.push(note);
    return text;
  };
  const languages = facts.languages.map(({ name, percent }) => `${name} ${percent} %`).join(", ");
  return {
    checks: fit("checks", (room) => chooseLines(facts.checks, room, "checks")),
    languages: fit("languages", (room) => chooseLines([languages], room, "languages")),
    files: fit("files", (room) => chooseFiles(facts.files, room)),
    conventions: fit("conventions", (room) => chooseQuotes(facts.conventions, room)),
    openTasks: fit("openTasks", (room) => chooseLines(facts.openTasks, room, "open tasks")),
    recentCommits: fit("recentCommits", (room) => chooseLines(facts.recentCommits, room, "recent commits")),
    leftOut: notes.join("\n"),
  };
}

/** Room for a note of every part. */
const charactersOfNotes = 600;

interface Choice {
  readonly text: string;
  readonly note: string | null;
}

function chooseLines(lines: readonly string[], room: number, name: string): Choice {
  const shown: string[] = [];
  let left = room;
  for (const line of lines) {
    left -= line.length + 1;
    if (left < 0) break;
    shown.push(line);
  }
  const missing = lines.length - shown.length;
  return {
    text: shown.join("\n"),
    note: missing === 0 ? null : `${missing} of ${lines.length} ${name}`,
  };
}

function chooseFiles(paths: readonly string[], room: number): Choice {
  if (paths.length === 0) return { text: "", note: null };
  const { lines, counted } = summarizeTree(paths, room);
  const note =
    counted === 0 ? null : `the names of ${counted} of ${paths.length} files, which stand as a number`;
  return { text: lines.join("\n"), note };
}

/** The first ones whole, the last one as far as there is room; a few words of a file are worth nothing. */
function chooseQuotes(quotes: readonly QuotedFile[], room: number): Choice {
  const shown: string[] = [];
  const cut: string[] = [];
  let left = room;
  for (const quote of quotes) {
    const text = quoteWithin(quote, left);
    if (text === null || !text.endsWith(quote.text)) cut.push(quote.path);
    if (text === null) continue;
    shown.push(text);
    left -= text.length + 2;
  }
  return { text: shown.join("\n\n"), note: cut.length === 0 ? null : `all or the end of ${cut.join(", ")}` };
}

const shortestQuote = 200;

function quoteWithin({ path, text }: QuotedFile, room: number): string | null {
  const whole = `--- ${path}\n${text}`;
  if (whole.length <= room) return whole;
  const head = whole.slice(0, Math.max(0, room - 2));
  const lines = head.slice(0, Math.max(0, head.lastIndexOf("\n")));
  return lines.length < shortestQuote ? null : `${lines}\n…`;
}
