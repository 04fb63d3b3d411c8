import { complexities, type Complexity, type PriorityAdvice } from "../../domain/analysis.ts";
import { priorities, type Priority, priorityRank } from "../../domain/priority.ts";

const complexityWords: ReadonlyMap<string, Complexity> = new Map([
  ...wordsFor("low", "low simple trivial easy minimal minor small straightforward basic"),
  ...wordsFor("medium", "medium moderate moderately mid average intermediate med"),
  ...wordsFor("high", "high complex hard difficult significant substantial large major extreme"),
]);

const priorityWords: ReadonlyMap<string, Priority> = new Map([
  ...wordsFor("low", "low p3 lowest"),
  ...wordsFor("medium", "medium moderate normal mid med p2"),
  ...wordsFor("high", "high p1"),
  ...wordsFor("urgent", "urgent critical highest p0 immediate"),
]);

function wordsFor<Level extends string>(level: Level, words: string): readonly (readonly [string, Level])[] {
  return words.split(" ").map((word) => [word, level] as const);
}

/** Words that may stand before the one that answers. Any other word makes the text a justification, which is not read. */
const filler = wordSet(
  "the this that task it its i we would will be is say estimate estimated rate rated likely probably approximately about around at as to a an of complexity overall considered seems appears appear assess assessed have has relatively fairly very level levels classified my generally quite somewhat rather pretty roughly between from may might could should",
);
const priorityFiller = wordSet(
  "priority suggest suggested recommend recommended consider considered considering beneficial adjust adjusted adjusting adjustment change changed changing set setting move moved moving yes slight slightly temporarily also warranted current currently its new potentially possibly perhaps maybe please let us",
);
const between = wordSet("to or and even possibly perhaps maybe");
const keeping = wordSet(
  "none no not n na keep keeping maintain maintaining retain leave unchanged leaving remain remains remaining stay stays same nothing hold",
);
const fitting = wordSet("appropriate reasonable adequate suitable fine");
const raising = wordSet(
  "increase increased increasing raise raised raising elevate elevated elevating upgrade upgraded bump bumped escalate escalated boost boosted promote promoted higher up upward upwards",
);
const lowering = wordSet(
  "decrease decreased decreasing lower lowered lowering reduce reduced reducing downgrade downgraded deprioritize deprioritized demote demoted drop down downward downwards",
);

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}

/** The complexity that a value says; of a range the riskier one. Null when it says none, or all of them. */
export function readComplexity(value: string): Complexity | null {
  const words = wordsOf(leadClause(value));
  const start = words.findIndex((word) => !filler.has(word) || complexityWords.has(word));
  const found = new Set<Complexity>();
  for (const word of words.slice(Math.max(start, 0))) {
    const level = complexityWords.get(word);
    if (level !== undefined) found.add(level);
    else if (!between.has(word)) break;
    if (word.startsWith("moderate")) break;
  }
  if (found.size === complexities.length) return null;
  return complexities.findLast((each) => found.has(each)) ?? null;
}

/** What a value advises. "None" and "no change" are an answer; a reason without an answer is not. */
export function readPriority(value: string): PriorityAdvice | null {
  const said = value.trim().slice(0, 500);
  if (keepsAside.test(said)) return { kind: "keep", said };
  const present = presentPriority.exec(said);
  if (present !== null) return readBesidePresent(said, present.groups?.["rest"] ?? "");
  return adviceIn(answerWords(leadClause(said)), said);
}

function adviceIn([first = "", ...rest]: readonly string[], said: string): PriorityAdvice | null {
  if (keeping.has(first) || fitting.has(first)) return { kind: "keep", said };
  if (raising.has(first)) return { kind: "raise", to: prioritiesIn(rest), said };
  if (lowering.has(first)) return { kind: "lower", to: prioritiesIn(rest), said };
  const to = prioritiesIn([first, ...rest]);
  const isAnswer = to.length > 0 && to.length < priorities.length;
  return isAnswer ? { kind: "set", to, said } : null;
}

function isFiller(word: string): boolean {
  return filler.has(word) || priorityFiller.has(word);
}

const keepsAside = /^as[ -]is\b|\((?:current|unchanged|no change|as is|keep)[^()]*\)/iu;
const presentPriority =
  /^(?:(?:the|its)\s+)?current(?:ly)?\s+(?:priority\s+)?(?:of\s+|is\s+|\()*(?:low|medium|high|urgent)\b[^,;.]*(?:[,;.]\s+(?<rest>.*))?$/isu;

/** "Currently low, which is fine" keeps it; what it is now is no advice. */
function readBesidePresent(said: string, rest: string): PriorityAdvice | null {
  const words = wordsOf(said.slice(0, 200));
  const advice = rest === "" ? null : readPriority(rest);
  if (advice !== null) return { ...advice, said };
  return words.some((word) => fitting.has(word)) ? { kind: "keep", said } : null;
}

/** From the word on that answers: it is fitting as it is, but it may be fitting to change it. */
function answerWords(clause: string): readonly string[] {
  const words = withoutOrigin(wordsOf(clause));
  const start = words.findIndex(
    (word, index) =>
      priorityWords.has(word) || !(isFiller(word) || (fitting.has(word) && words[index + 1] === "to")),
  );
  return start === -1 ? [] : words.slice(start);
}

/** "From low to medium" and "low → medium" name the present first; only where it goes is advice. */
function withoutOrigin(words: readonly string[]): readonly string[] {
  const arrow = words.lastIndexOf("→");
  if (arrow !== -1) return words.slice(arrow + 1);
  const from = words.indexOf("from");
  if (from === -1 || !priorityWords.has(words[from + 1] ?? "")) return words;
  return [...words.slice(0, from), ...words.slice(from + 2)];
}

function prioritiesIn(words: readonly string[]): readonly Priority[] {
  const found = new Set<Priority>();
  for (const word of words) {
    const level = priorityWords.get(word);
    if (level !== undefined) found.add(level);
    else if (!between.has(word) && !isFiller(word)) break;
  }
  return [...found].toSorted((a, b) => priorityRank(b) - priorityRank(a));
}

/** The answer stands before the first reason; a text that begins with its reasons has none that we could tell. */
function leadClause(value: string): string {
  const [first = "", second = ""] = value
    .slice(0, 300)
    .replaceAll(/\*{1,3}|`|_{2}/gu, "")
    .replaceAll(/\([^()]*\)?/gu, " ")
    .replaceAll(/->|=>/gu, "→")
    .split(
      /[.;:!?\n](?:\s|$)|,\s|\s[-–—]\s|\b(?:because|due to|since|given|but|if|unless|when|although|though)\b/iu,
    );
  return /^\s*(?:yes|well)\s*$/iu.test(first) ? second : first;
}

/** "High-risk" is one word and no level; "low-to-medium" is three. */
function wordsOf(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*|→/gu) ?? [];
  return words.flatMap((word) => {
    const parts = word.split("-");
    return parts.every((part) => priorityWords.has(part) || complexityWords.has(part) || between.has(part))
      ? parts
      : [word];
  });
}
