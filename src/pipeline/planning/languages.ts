import type { LanguageShare } from "../../ports/repository-facts.ts";

const endingsOf: Readonly<Record<string, readonly string[]>> = {
  TypeScript: ["ts", "tsx", "mts", "cts"],
  JavaScript: ["js", "jsx", "mjs", "cjs"],
  Python: ["py", "pyi"],
  Go: ["go"],
  Rust: ["rs"],
  Java: ["java"],
  Kotlin: ["kt", "kts"],
  Scala: ["scala"],
  "C#": ["cs"],
  C: ["c", "h"],
  "C++": ["cc", "cpp", "cxx", "hpp", "hh"],
  Swift: ["swift"],
  Ruby: ["rb"],
  PHP: ["php"],
  Elixir: ["ex", "exs"],
  Dart: ["dart"],
  Lua: ["lua"],
  Shell: ["sh", "bash"],
  SQL: ["sql"],
  HTML: ["html"],
  CSS: ["css", "scss", "less"],
  Vue: ["vue"],
  Svelte: ["svelte"],
  Markdown: ["md"],
};

const languageOfEnding = new Map(
  Object.entries(endingsOf).flatMap(([name, endings]) => endings.map((ending) => [ending, name] as const)),
);

/** Folders of other people's code: it says nothing of what this repository is written in. */
const foreign = /(?:^|\/)(?:node_modules|vendor|third_party|dist|build|\.venv)\//u;

/** By weight in bytes; the heaviest first, equal ones by name. */
export function languagesOf(
  files: readonly { readonly path: string; readonly size: number }[],
): readonly LanguageShare[] {
  const bytes = new Map<string, number>();
  for (const { path, size } of files) {
    const name = foreign.test(path) ? undefined : languageOfEnding.get(endingOf(path));
    if (name !== undefined) bytes.set(name, (bytes.get(name) ?? 0) + size);
  }
  const total = [...bytes.values()].reduce((sum, each) => sum + each, 0);
  return [...bytes]
    .toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .map(([name, size]) => ({ name, percent: total === 0 ? 0 : Math.round((100 * size) / total) }));
}

function endingOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot + 1).toLowerCase();
}
