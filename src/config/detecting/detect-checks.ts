import type { CheckSetting } from "../check-setting.ts";
import { detectNodeChecks } from "./detect-node-checks.ts";
import { detectPythonChecks } from "./detect-python-checks.ts";
import type { DetectedFiles } from "./detected-files.ts";

/** The commands by which a repository seems to judge itself; empty when none is recognised. A proposal: `aas init` runs them first. */
export async function detectChecks(files: DetectedFiles): Promise<readonly CheckSetting[]> {
  const own = { ...files, paths: files.paths.filter((path) => !isForeign(path)) };
  return [
    ...(await detectNodeChecks(own)),
    ...(await detectPythonChecks(own)),
    ...(own.paths.includes("go.mod") ? [exitCodeTests("go-test", ["go", "test", "./..."])] : []),
    ...(own.paths.includes("Cargo.toml") ? [exitCodeTests("cargo-test", ["cargo", "test"])] : []),
  ];
}

/** Packages of others and what tools generate: their tests are not this repository's. */
function isForeign(path: string): boolean {
  return /(?:^|\/)(?:node_modules|vendor|\.venv|venv|site-packages|\.tox|dist|build)\//u.test(path);
}

function exitCodeTests(name: string, command: readonly string[]): CheckSetting {
  return { name, kind: "tests", gate: "must", command, report: "exit_code", timeout: "10m" };
}
