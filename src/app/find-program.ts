import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { Environment } from "./environment.ts";

/** Where a program stands, by its path or by its name on PATH; null when it is not there. Nothing is run. */
export function findProgram(name: string, env: Environment): string | null {
  if (name.includes("/")) return isExecutable(name) ? name : null;
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** The sandbox's program: a variable may name another one than the first on PATH. */
export function findBwrap(env: Environment): string | null {
  const named = env["AAS_BWRAP"] ?? "";
  return findProgram(named === "" ? "bwrap" : named, env);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
