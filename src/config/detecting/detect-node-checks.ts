import * as z from "zod";
import type { CheckSetting } from "../check-setting.ts";
import type { DetectedFiles } from "./detected-files.ts";

const packages = z.record(z.string(), z.unknown()).catch({});
const packageSchema = z.object({
  scripts: z.object({ test: z.string().optional().catch(undefined) }).catch({}),
  dependencies: packages,
  devDependencies: packages,
});

/** Tools are called by their file below node_modules: the sandbox knows no npx and needs no shell. */
export async function detectNodeChecks(files: DetectedFiles): Promise<readonly CheckSetting[]> {
  if (!files.paths.includes("package.json")) return [];
  const manifest = packageSchema.safeParse(readJson((await files.read("package.json")) ?? ""));
  if (!manifest.success) return [];
  const { scripts, dependencies, devDependencies } = manifest.data;
  const hasTypeScript = "typescript" in dependencies || "typescript" in devDependencies;
  return [
    ...(scripts.test === undefined ? [] : detectTests(scripts.test)),
    ...(hasTypeScript && files.paths.includes("tsconfig.json") ? [typeCheck] : []),
  ];
}

const typeCheck: CheckSetting = {
  name: "types",
  kind: "types",
  gate: "must",
  command: ["node", "node_modules/typescript/bin/tsc", "--noEmit", "-p", "."],
  report: "exit_code",
  timeout: "10m",
};

function detectTests(script: string): readonly CheckSetting[] {
  if (script.trim() === "" || script.includes("no test specified")) return [];
  const words = splitWords(script);
  if (words === null) return [npmTest];
  const [program = "", ...rest] = words;
  if (program === "node" && rest.includes("--test")) return [nodeTest(rest)];
  if (program === "vitest") return [vitest(rest)];
  if (program === "jest") return [jest(rest)];
  return [npmTest];
}

const shared = { kind: "tests", gate: "must", timeout: "10m" } as const;
const npmTest: CheckSetting = { ...shared, name: "npm-test", command: ["npm", "test"], report: "exit_code" };

/** Only the one for people says why a file could not be loaded. Its reporters stand right after `--test`: behind the first path they would be taken for paths. */
function nodeTest(rest: readonly string[]): CheckSetting {
  const reporters = [
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    "--test-reporter=junit",
    "--test-reporter-destination={report}",
  ];
  const kept = withoutOptions(rest, ["--test-reporter", "--test-reporter-destination"]);
  const args = kept.filter((word) => word !== "--watch");
  const command = ["node", ...args.flatMap((word) => (word === "--test" ? [word, ...reporters] : [word]))];
  return { ...shared, name: "node-test", command, report: "junit" };
}

function vitest(rest: readonly string[]): CheckSetting {
  const [first = ""] = rest;
  const args = ["run", "watch", "dev"].includes(first) ? rest.slice(1) : rest;
  const kept = withoutOptions(args, ["--reporter", "--outputFile"]).filter((word) => word !== "--watch");
  const reporters = ["--reporter=junit", "--outputFile={report}"];
  const command = ["node", "node_modules/vitest/vitest.mjs", "run", ...reporters, ...kept];
  return { ...shared, name: "vitest", command, report: "junit" };
}

function jest(rest: readonly string[]): CheckSetting {
  const kept = rest.filter((word) => word !== "--ci" && !word.startsWith("--watch"));
  const command = ["node", "node_modules/jest/bin/jest.js", "--ci", ...kept];
  return { ...shared, name: "jest", command, report: "exit_code" };
}

/** Drops `--name=value` as well as `--name value`. */
function withoutOptions(words: readonly string[], names: readonly string[]): readonly string[] {
  return words.filter((word, index) => {
    const before = words[index - 1] ?? "";
    return (
      !names.includes(word) && !names.includes(before) && !names.some((name) => word.startsWith(`${name}=`))
    );
  });
}

/** Null when the script needs a shell: several commands, variables, redirections. */
function splitWords(script: string): readonly string[] | null {
  if (/[&|;<>$`\\()\n]|^\s*\w+=/u.test(script)) return null;
  const words = [...script.matchAll(/"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<bare>[^\s"']+)/gu)];
  const isWhole = words.every(({ index, 0: text }) => /\s|^$/u.test(script.charAt(index + text.length)));
  if (!isWhole) return null;
  return words.map(({ groups }) => groups?.["double"] ?? groups?.["single"] ?? groups?.["bare"] ?? "");
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
