import type { Blueprint } from "./blueprint.ts";
import { compileGoalPattern } from "./goal-pattern.ts";
import { readGoalTail } from "./goal-tail.ts";

export type GoalReading =
  | {
      readonly kind: "read";
      /** The blueprints whose wording and language it is; the usual one first. */
      readonly blueprints: readonly Blueprint[];
      /** As the person wrote it. */
      readonly name: string;
      /** Whether the person chose the language. */
      readonly isLanguageGiven: boolean;
      readonly purpose: string | null;
    }
  /** It is no wish for such a thing, or asks for more than that. */
  | { readonly kind: "other" }
  | { readonly kind: "nameless" }
  | { readonly kind: "foreign"; readonly language: string };

const maxGoal = 500;

/** What a goal asks of the blueprints, by its wording alone. */
export function readGoal(goal: string, blueprints: readonly Blueprint[]): GoalReading {
  const text = plainText(goal);
  if (text.length > maxGoal) return { kind: "other" };
  const languages = blueprints.flatMap((blueprint) => blueprint.language.words);
  const wishes = blueprints.map((blueprint) =>
    readWish(text, blueprint, [...languages, ...foreignLanguages]),
  );
  const wish = wishes.find((each) => each !== null);
  if (wish === undefined || wish === null) return { kind: "other" };
  const { language, name, purpose } = wish;
  if (language !== null && !languages.includes(language)) return { kind: "foreign", language };
  if (name === null) return { kind: "nameless" };
  const matching = blueprints.filter(
    (blueprint, index) =>
      wishes[index] !== null && (language === null || blueprint.language.words.includes(language)),
  );
  return { kind: "read", blueprints: matching, name, isLanguageGiven: language !== null, purpose };
}

/** One line is a goal; several are a list of wishes and stay as they are. */
function plainText(goal: string): string {
  const text = goal.normalize("NFC").trim();
  return text
    .slice(0, maxGoal + 1)
    .replaceAll(/[ \t]+/gu, " ")
    .replace(/ ?[.!?]{1,3}$/u, "");
}

interface Wish {
  readonly name: string | null;
  readonly language: string | null;
  readonly purpose: string | null;
}

function readWish(text: string, blueprint: Blueprint, languages: readonly string[]): Wish | null {
  for (const goal of blueprint.goals) {
    const wish = readNamed(text, goal, languages);
    if (wish !== null) return wish;
  }
  return readNameless(text, blueprint, languages);
}

function readNamed(text: string, goal: string, languages: readonly string[]): Wish | null {
  const wish = matchGoal(text, goal, languages);
  if (wish === null || wish.name === null) return null;
  const name = unquote(wish.name);
  const isBare = name === wish.name && goal.startsWith("{name}");
  return isBare ? readLastWord(wish, languages) : { ...wish, name };
}

function matchGoal(text: string, pattern: string, languages: readonly string[]): Wish | null {
  const groups = compileGoalPattern(pattern, languages).exec(text)?.groups;
  if (groups === undefined) return null;
  const tail = readGoalTail(groups["tail"] ?? "", languages);
  if (tail === null) return null;
  const language = groups["language"] ?? tail.language;
  return { name: groups["name"] ?? null, language: language?.toLowerCase() ?? null, purpose: tail.purpose };
}

/** In `{name} plugin` the last word of the name may say what kind of plugin it is. */
function readLastWord(wish: Wish, languages: readonly string[]): Wish | null {
  const words = wish.name?.split(" ") ?? [];
  const last = words.at(-1)?.toLowerCase() ?? "";
  if (hostWords.has(last)) return null;
  if (!languages.includes(last)) return wish;
  const name = words.length === 1 ? null : words.slice(0, -1).join(" ");
  return { ...wish, name, language: wish.language ?? last };
}

function readNameless(text: string, blueprint: Blueprint, languages: readonly string[]): Wish | null {
  const things = blueprint.goals
    .filter((goal) => goal.startsWith("{name} "))
    .map((goal) => goal.slice("{name} ".length));
  return things.map((thing) => matchGoal(text, thing, languages)).find((wish) => wish !== null) ?? null;
}

function unquote(name: string): string {
  return name.replace(/^["'`“„‘](?<inside>.*)["'`”“’]$/u, "$<inside>");
}

/** An `eslint plugin` follows rules of its own; a `plugin named eslint` is only a name. */
const hostWords = new Set(
  "eslint oxlint prettier babel webpack vite vitest rollup esbuild postcss tailwind jest pytest gradle maven jenkins wordpress jquery vim neovim emacs vscode obsidian figma chrome firefox browser fastify nginx terraform".split(
    " ",
  ),
);

const foreignLanguages: readonly string[] =
  "javascript js rust go golang java kotlin ruby php c c++ c# swift scala perl lua dart elixir haskell bash shell".split(
    " ",
  );
