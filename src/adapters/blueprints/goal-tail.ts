import { anyOf, wordEnd } from "./goal-pattern.ts";

export interface GoalTail {
  /** The word it names a language with. */
  readonly language: string | null;
  /** `that greets people`, `for reading CSV`: what the thing is for. */
  readonly purpose: string | null;
}

const maxPurpose = 200;
const place =
  "(?:(?:the |this |my |our )?(?:repository|repo|project|codebase|code)|(?:the )?`?plugins?/?`?(?: (?:folder|directory))?)";
const tests = "(?:unit )?tests(?:(?:,| and) (?:docs|docstrings|documentation|type hints|logging))*";

/** Null: something in it is not understood, and then the goal asks for more than a blueprint gives. */
export function readGoalTail(text: string, languages: readonly string[]): GoalTail | null {
  const inLanguage = `(?:written )?(?:in|using|with) (?<language>${anyOf(languages)})`;
  const parts: readonly RegExp[] = [
    new RegExp(`^,? ${inLanguage}${wordEnd}`, "iu"),
    new RegExp(`^,? with ${tests}${wordEnd}`, "iu"),
    new RegExp(`^ (?:for (?:me|us)|(?:for|in|to|under|inside|into) ${place})(?![\\p{L}\\p{N}_/])`, "iu"),
    new RegExp(`^,? please${wordEnd}`, "iu"),
  ];
  let rest = text;
  let language: string | null = null;
  while (rest !== "") {
    const match = parts.map((part) => part.exec(rest)).find((found) => found !== null);
    if (match === undefined) return readPurpose(rest, language, new RegExp(` ${inLanguage}$`, "iu"));
    language ??= match.groups?.["language"] ?? null;
    rest = rest.slice(match[0].length);
  }
  return { language, purpose: null };
}

/** One clause to the end of the goal; a second sentence would be a second wish. */
function readPurpose(rest: string, before: string | null, inLanguage: RegExp): GoalTail | null {
  const clause = /^,? (?<clause>(?:that|which|to|for) .+)$/iu.exec(rest)?.groups?.["clause"];
  if (clause === undefined || clause.length > maxPurpose || /[.!?;:]\s/u.test(clause)) return null;
  const language = before ?? inLanguage.exec(clause)?.groups?.["language"] ?? null;
  return { language, purpose: clause.replace(inLanguage, "") };
}
