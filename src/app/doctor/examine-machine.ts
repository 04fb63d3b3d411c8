import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sandbox } from "../../ports/sandbox.ts";
import { composeSandbox } from "../composing/compose-sandbox.ts";
import type { Environment } from "../environment.ts";
import { type Diagnosis, fail, ok, warn } from "./diagnosis.ts";
import { findProgram } from "../find-program.ts";
import { askProgram } from "./ask-program.ts";

const oldestNode = [24, 11] as const;
const oldestGit = [2, 38] as const;

export function examineNode(version: string): Diagnosis {
  if (isAtLeast(version, oldestNode)) return ok("node", version);
  return fail(
    "node",
    `${version} is too old: aas needs ${oldestNode.join(".")} or newer`,
    "Install Node 24, or in a clone run: npm run aas -- …",
  );
}

/** Candidates are merged without a checkout, which git learned in 2.38. */
export async function examineGit(env: Environment): Promise<Diagnosis> {
  const cure = `Install git ${oldestGit.join(".")} or newer (2.39 is tested).`;
  const path = findProgram("git", env);
  const printed = path === null ? null : await askProgram(path, ["--version"], env);
  const version = /\d+\.\d+(?:\.\d+)*/u.exec(printed ?? "")?.[0];
  if (path === null || version === undefined) return fail("git", "git is not on PATH", cure);
  if (!isAtLeast(version, oldestGit)) return fail("git", `${version} is too old`, cure);
  const usage = (await askProgram(path, ["merge-tree", "-h"], env)) ?? "";
  if (!usage.includes("--write-tree")) return fail("git", `${version} has no merge-tree --write-tree`, cure);
  return ok("git", `${version} with merge-tree --write-tree`);
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [first = 0, second = 0] = version.split(".").map(Number);
  return first > major || (first === major && second >= minor);
}

/** Proves the walls now, from inside. */
export async function examineSandbox(sandbox: Sandbox): Promise<Diagnosis> {
  const health = await sandbox.probe();
  if (health.kind === "unavailable") return fail("sandbox", health.reason, health.cure);
  return ok("sandbox", `${health.name} ${health.version}, the walls hold`);
}

/** A sandbox as runs use it, with a folder that goes with it. */
export function openTemporarySandbox(
  env: Environment,
): Disposable & { readonly sandbox: Sandbox; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "aas-doctor-"));
  const sandbox = composeSandbox(env, join(folder, "scratch"));
  return { sandbox, folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

export async function examinePython(env: Environment): Promise<Diagnosis> {
  const path = findProgram("python3", env);
  const printed = path === null ? null : await askProgram(path, ["--version"], env);
  const version = /\d+(?:\.\d+)+/u.exec(printed ?? "")?.[0];
  if (version !== undefined) return ok("python", version);
  const cure = "Install python3 if you want the Python blueprints.";
  return warn("python", "python3 is not on PATH: Python blueprints cannot be judged", cure);
}

const agents = [
  "claude",
  "codex",
  "gemini",
  "opencode",
  "qwen",
  "copilot",
  "cursor-agent",
  "cline",
  "pi",
] as const;

/** None is needed, so none is missed. */
export function examineAgents(env: Environment): Diagnosis {
  const found = agents.filter((name) => findProgram(name, env) !== null);
  const missing = agents.filter((name) => !found.includes(name));
  const parts = [
    ...(found.length > 0 ? [`found ${found.join(", ")}`] : []),
    ...(missing.length > 0 ? [`not found ${missing.join(", ")}`] : []),
  ];
  return ok("agents", parts.join("; "));
}
