import type { CheckDefinition } from "./check.ts";

/**
 * Whether a path decides what a check says, though the check's command itself comes from the base: the script that it
 * starts, or the settings of its tool. A builder that writes one of them would be its own judge.
 */
export function isJudgingFile(
  path: string,
  checks: readonly Pick<CheckDefinition, "command" | "report">[],
): boolean {
  const plain = path.toLowerCase();
  return checks.some((check) => isNamedScript(plain, check) || isReadByTool(plain, check.command));
}

/** With a report every test of the base must be in it again; an exit status is the word of the script alone. */
function isNamedScript(
  path: string,
  { command, report }: Pick<CheckDefinition, "command" | "report">,
): boolean {
  return report === "exit_code" && command.some((word) => withoutDot(word.toLowerCase()) === path);
}

function isReadByTool(path: string, command: readonly string[]): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return command.some((word) => settingsOf.get(toolOf(word))?.test(name) === true);
}

/** `node_modules/typescript/bin/tsc` and `vitest.mjs` are called by their file. */
function toolOf(word: string): string {
  return word
    .toLowerCase()
    .slice(word.lastIndexOf("/") + 1)
    .replace(/\.(?:[cm]?js|cmd|exe)$/u, "");
}

function withoutDot(path: string): string {
  return path.replace(/^(?:\.\/)+/u, "");
}

const packageScripts =
  /^(?:package\.json|\.npmrc|\.yarnrc(?:\.yml)?|\.pnpmfile\.cjs|pnpm-workspace\.yaml|bunfig\.toml)$/u;
const makefiles = /^(?:gnu)?makefile$/u;
const pythonTests = /^(?:conftest\.py|pyproject\.toml|setup\.cfg)$/u;

/** Names of files, lower case, in which a tool finds what it shall run. */
const settingsOf: ReadonlyMap<string, RegExp> = new Map([
  ...["npm", "npx", "yarn", "pnpm", "bun"].map((tool) => [tool, packageScripts] as const),
  ...["make", "gmake"].map((tool) => [tool, makefiles] as const),
  ...["pytest", "py.test"].map((tool) => [tool, pythonTests] as const),
  ["just", /^\.?justfile$/u],
  ["tsc", /^tsconfig.*\.json$/u],
  ["vitest", /^vite\.config\.[^/]+$/u],
  ["jest", /^(?:package\.json|babel\.config\.[^/]+|\.babelrc.*)$/u],
  ["mocha", /^package\.json$/u],
  ["eslint", /^(?:eslint\.config\.[^/]+|\.eslintrc.*|\.eslintignore)$/u],
]);
