import { type Config, configSchema } from "./config-schema.ts";
import { sectionMeanings, type Setting, settings } from "./setting-list.ts";
import { valueAt } from "./value-at.ts";

/** Written even when they are the default: what people look for first. */
const alwaysWritten = new Set([
  "merge.auto",
  "approvals.merge",
  "budget.perRunUsd",
  "budget.warnUsd",
  "checks",
]);

/**
 * The file that `aas init` writes: what differs from the defaults, and the rest as comments that only need their `//` removed.
 * `schema` is where editors find the JSON schema; null: nowhere.
 */
export function renderConfig(config: Config, schema: string | null): string {
  // Parsed once more so that entries stand in the order of the schema, however they were put together.
  const ordered = configSchema.parse(config);
  const groups = Map.groupBy(settings, ({ path }) => path.split(".")[0] ?? "");
  return [
    "// Settings of AAS for this repository, read from the base branch. Lines behind // show defaults.",
    "{",
    ...(schema === null ? [] : [`  "$schema": ${JSON.stringify(schema)},`, ""]),
    ...[...groups].flatMap(([name, members]) => ["", ...renderGroup(name, members, ordered)]).slice(1),
    "}",
    "",
  ].join("\n");
}

function renderGroup(name: string, members: readonly Setting[], config: unknown): readonly string[] {
  const meaning = sectionMeanings.get(name);
  const lines = members.flatMap((setting) =>
    renderSetting(setting, valueAt(config, setting.path.split("."))),
  );
  if (meaning === undefined) return lines.map((line) => `  ${line}`);
  return [`  // ${meaning}`, `  ${JSON.stringify(name)}: {`, ...lines.map((line) => `    ${line}`), "  },"];
}

function renderSetting(setting: Setting, value: unknown): readonly string[] {
  const name = JSON.stringify(setting.path.slice(setting.path.lastIndexOf(".") + 1));
  const [first = "", ...rest] = renderValue(value);
  const isDefault = JSON.stringify(value) === JSON.stringify(setting.defaultValue);
  if (isDefault && !alwaysWritten.has(setting.path)) return [`// ${name}: ${first}, // ${setting.meaning}`];
  if (rest.length === 0) return [`${name}: ${first}, // ${setting.meaning}`];
  return [`// ${setting.meaning}`, `${name}: ${first}`, ...rest.slice(0, -1), `${rest.at(-1) ?? ""},`];
}

/** One line for plain values and lists of them; objects and lists of objects get a line per entry. */
function renderValue(value: unknown): readonly string[] {
  if (Array.isArray(value)) {
    if (value.every((each) => typeof each !== "object"))
      return [`[${value.map((each) => JSON.stringify(each)).join(", ")}]`];
    return ["[", ...value.flatMap((each) => withComma(renderValue(each))), "]"];
  }
  if (typeof value !== "object" || value === null) return [JSON.stringify(value)];
  const entries = Object.entries(value).flatMap(([key, member]) => {
    const [first = "", ...rest] = renderValue(member);
    return withComma([`${JSON.stringify(key)}: ${first}`, ...rest]);
  });
  return entries.length === 0 ? ["{}"] : ["{", ...entries, "}"];
}

function withComma(lines: readonly string[]): readonly string[] {
  return [...lines.slice(0, -1), `${lines.at(-1) ?? ""},`].map((line) => `  ${line}`);
}
