import type * as z from "zod";
import type { ConfigLayer, ConfigOrigin, LayerValue } from "./config-layer.ts";
import { type ConfigProblem, toConfigError } from "./config-problem.ts";
import { closestName } from "./closest-name.ts";
import { type Environment, envReferencePattern } from "./env-reference.ts";
import { explainIssue } from "./explain-issue.ts";
import { type Setting, settings } from "./setting-list.ts";
import { showValue } from "./show-value.ts";
import { readUsd } from "./usd.ts";

/** Settings given as text by `AAS_…` variables. An empty variable counts as not set. */
export function readEnvironmentLayer(environment: Environment): ConfigLayer {
  const read = settings.flatMap((setting) => {
    const name = setting.environmentName;
    const text = environment[name]?.trim() ?? "";
    if (text === "") return [];
    return [
      readText({ setting, text: referToSecret(setting, text), name, origin: { kind: "environment", name } }),
    ];
  });
  return { ...collect(read, "config_invalid"), warnings: [] };
}

/** Settings given by flags, by path: `{ "budget.perRunUsd": "2.50" }`. */
export function readFlagLayer(flags: Readonly<Record<string, string>>): ConfigLayer {
  const read = Object.entries(flags).map(([path, text]) => {
    const setting = settings.find((each) => each.path === path);
    if (setting === undefined) return explainUnknownFlag(path, text);
    return readText({ setting, text, name: `the flag for ${path}`, origin: { kind: "flag" } });
  });
  return { ...collect(read, "usage"), warnings: [] };
}

interface GivenText {
  readonly setting: Setting;
  readonly text: string;
  readonly name: string;
  readonly origin: ConfigOrigin;
}

type ReadText =
  | { readonly kind: "read"; readonly path: string; readonly value: LayerValue }
  | { readonly kind: "bad"; readonly problems: readonly ConfigProblem[] };

/** A variable that holds the secret itself stands for itself: the value stays out of the configuration. */
function referToSecret(setting: Setting, text: string): string {
  return setting.kind === "secret" && !envReferencePattern.test(text)
    ? `env:${setting.environmentName}`
    : text;
}

function readText({ setting, text, name, origin }: GivenText): ReadText {
  const candidates = meaningsOf(setting, text).map((value) => ({
    value,
    result: setting.schema.safeParse(value),
  }));
  const accepted = candidates.find(({ result }) => result.success);
  if (accepted?.result.success === true)
    return { kind: "read", path: setting.path, value: { value: accepted.result.data, origin } };
  const last = candidates.at(-1);
  const issues = last?.result.error?.issues ?? [];
  return {
    kind: "bad",
    problems: issues.flatMap((issue) => explainTextIssue(issue, setting, name, last?.value)),
  };
}

/** What a text may mean, most literal first: `main` is a text, `3` a number, `[…]` a list, `$2.50` money. */
function meaningsOf(setting: Setting, text: string): readonly unknown[] {
  const usd = setting.kind === "usd" ? readUsd(text) : null;
  const json = readJson(text);
  return [...(usd === null ? [] : [usd]), text, ...(json === undefined ? [] : [json])];
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function explainTextIssue(
  issue: z.core.$ZodIssue,
  setting: Setting,
  name: string,
  value: unknown,
): readonly ConfigProblem[] {
  const parts = setting.path.split(".");
  const nested = parts.toReversed().reduce<unknown>((inner, part) => ({ [part]: inner }), value);
  const source = {
    value: nested,
    nameOf: (path: string) => (name.startsWith("AAS_") ? `${name} (${path})` : name),
    placeOf: () => "",
  };
  return explainIssue({ ...issue, path: [...parts, ...issue.path] }, source);
}

function explainUnknownFlag(path: string, given: string): ReadText {
  const near = closestName(
    path,
    settings.map((each) => each.path),
  );
  const text = `${path} (${showValue(given, path)}) is not a setting; expected one that aas config show lists.`;
  const cure = near === null ? "aas config show" : `Write ${near}.`;
  return { kind: "bad", problems: [{ text, cure }] };
}

function collect(read: readonly ReadText[], code: "config_invalid" | "usage"): Pick<ConfigLayer, "values"> {
  const problems = read.flatMap((each) => (each.kind === "bad" ? each.problems : []));
  if (problems.length > 0) throw toConfigError(problems, code);
  return { values: new Map(read.flatMap((each) => (each.kind === "read" ? [[each.path, each.value]] : []))) };
}
