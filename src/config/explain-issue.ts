import type * as z from "zod";
import { closestName } from "./closest-name.ts";
import type { ConfigProblem } from "./config-problem.ts";
import { sectionMeanings, settings } from "./setting-list.ts";
import { showValue } from "./show-value.ts";
import { valueAt } from "./value-at.ts";

/** Where a value came from, in the words of the person who wrote it. */
export interface ValueSource {
  readonly value: unknown;
  /** `limits.attempts`, or the name that was written instead of it. */
  nameOf(path: string): string;
  /** `aas.config.jsonc, line 4: ` */
  placeOf(path: readonly (string | number)[]): string;
}

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

export function explainIssue(issue: Issue, source: ValueSource): readonly ConfigProblem[] {
  const path = issue.path.filter((part) => typeof part !== "symbol");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => explainUnknown([...path, key], source));
  return [explainBadValue(path, issue.message, source)];
}

function explainUnknown(path: Path, source: ValueSource): ConfigProblem {
  const name = renderPath(path);
  const value = valueAt(source.value, path);
  const shown = typeof value === "string" ? "a text" : showValue(value, name);
  const near = closestName(renderPlain(path), knownNames(path));
  const hint = near === null ? "" : ` Did you mean ${near}?`;
  return {
    text: `${source.placeOf(path)}${name} (${shown}) is not a setting; expected ${describeSiblings(path)}.${hint}`,
    cure: near === null ? `Remove ${name}.` : `Rename ${name} to ${near}.`,
  };
}

function explainBadValue(path: Path, expected: string, source: ValueSource): ConfigProblem {
  const plain = renderPath(path);
  const name = plain === "" ? "the configuration" : source.nameOf(plain);
  const shown = showValue(valueAt(source.value, path), plain);
  const verb = shown.startsWith("a literal") ? "holds" : "is";
  return {
    text: `${source.placeOf(path)}${name} ${verb} ${shown}; expected ${expected}.`,
    cure: verb === "holds" && isSecretMember(plain) ? cureForSecret(name) : cureFor(name, plain, expected),
  };
}

function isSecretMember(path: string): boolean {
  return (
    path === "notify.webhook.secret" || settings.some((each) => each.kind === "secret" && each.path === path)
  );
}

function cureForSecret(name: string): string {
  return `Put the value of ${name} into an environment variable and write "env:" and the variable's name instead; if it was ever committed, replace the secret.`;
}

function cureFor(name: string, path: string, expected: string): string {
  const setting = settings.find((each) => each.path === path);
  const fallback =
    setting === undefined ? "" : `, or remove it to get ${JSON.stringify(setting.defaultValue)}`;
  return `Set ${name} to ${expected}${fallback}.`;
}

function describeSiblings(path: Path): string {
  return `one of ${siblingsOf(path).join(", ")}`;
}

/** What may stand where this key stands. */
function siblingsOf(path: Path): readonly string[] {
  const parent = renderPlain(path.slice(0, -1));
  const members = membersAt(parent);
  if (members.length > 0) return members.filter((name) => name !== path.at(-1));
  const prefix = parent === "" ? "" : `${parent}.`;
  const names = settings
    .filter((each) => each.path.startsWith(prefix))
    .map((each) => each.path.slice(prefix.length).replace(/\..*$/u, ""));
  return [...new Set(names)];
}

function knownNames(path: Path): readonly string[] {
  const parent = renderPlain(path.slice(0, -1));
  const members = membersAt(parent);
  if (members.length > 0) return members.map((name) => `${parent}.${name}`);
  return [...settings.map((each) => each.path), ...(path.length === 1 ? sectionMeanings.keys() : [])];
}

function membersAt(path: string): readonly string[] {
  return settings.find((each) => each.path === path)?.members ?? [];
}

/** `checks[0].gate` */
function renderPath(path: Path): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./u, "");
}

/** Without positions in lists: `checks.gate`. */
function renderPlain(path: Path): string {
  return path.filter((part) => typeof part === "string").join(".");
}
