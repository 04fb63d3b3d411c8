import { checkPath } from "../../domain/path-policy.ts";

export type NameReading =
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "refused"; readonly reason: string; readonly cure: string };

const maxLength = 40;

/** What a person calls a thing → the identifier it gets in code. Refused with a name that would do, never invented. */
export function toPluginName(words: string): NameReading {
  const shown = JSON.stringify(words);
  if (words.trim() === "") return refuse("The plugin has no name.", "weather_station");
  if (/[/\\]|\.\./u.test(words)) return refuse(`${shown} is a path, not a name.`, lastPart(words));
  const latin = toLatin(words);
  if (/[^\p{ASCII}]/u.test(latin.replaceAll(/[^\p{L}\p{N}]/gu, ""))) {
    return refuse(`${shown} has letters that code cannot spell in every tool.`, "weather_station");
  }
  const name = withoutSuffix(toSnakeCase(latin));
  if (name === "") return refuse(`${shown} has no letters.`, "weather_station");
  if (/^\d/u.test(name)) return refuse(`${shown} starts with a digit.`, moveDigits(name));
  if (name.length > maxLength) {
    return refuse(
      `${shown} is longer than ${maxLength} characters.`,
      name.slice(0, 20).replace(/_[^_]*$/u, ""),
    );
  }
  if (reservedWords.has(name) || checkPath(name) !== null) {
    return refuse(`${shown} is a reserved word.`, `${name}_tool`);
  }
  return { kind: "named", name };
}

function refuse(reason: string, example: string): NameReading {
  return { kind: "refused", reason, cure: `Give it another name: "Create a plugin named ${example}".` };
}

function lastPart(path: string): string {
  const reading = toPluginName(path.split(/[/\\.]/u).at(-1) ?? "");
  return reading.kind === "named" ? reading.name : "weather_station";
}

/** 3d_viewer → viewer_3d */
function moveDigits(name: string): string {
  const [digits = "", ...rest] = name.split("_");
  return rest.length === 0 ? `plugin_${digits}` : `${rest.join("_")}_${digits}`;
}

const letters: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  ł: "l",
  þ: "th",
  ı: "i",
  Æ: "Ae",
  Œ: "Oe",
  Ø: "O",
  Đ: "D",
  Ł: "L",
};

function toLatin(words: string): string {
  const plain = words.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  return plain.replaceAll(/\p{L}/gu, (letter) => letters[letter] ?? letter);
}

/** WeatherStation, weather-station and CSVExport all become words in lower case. */
function toSnakeCase(words: string): string {
  return words
    .replaceAll(/['’]/gu, "")
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/gu, "_")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "_")
    .replaceAll(/^_+|_+$/gu, "");
}

/** The blueprint itself adds the word. */
function withoutSuffix(name: string): string {
  return name.replace(/(?<=.)_plugin$/u, "");
}

const reservedWords = new Set(
  [
    "and as assert async await break class continue def del elif else except finally for from global if import in is",
    "lambda none nonlocal not or pass raise return true false try while with yield match case type",
    "catch const debugger default delete do enum export extends function implements instanceof interface let new null",
    "package private protected public static super switch this throw typeof var void arguments eval undefined",
  ].flatMap((words) => words.split(" ")),
);
