import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Environment } from "../environment.ts";

/** Where a program stands on PATH; null when it is not there. Nothing is run. */
export function findProgram(name: string, env: Environment): string | null {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What a program prints, on whichever stream and with whichever exit code; null when it cannot be started or hangs. */
export async function askProgram(
  path: string,
  args: readonly string[],
  env: Environment,
): Promise<string | null> {
  const options = { timeout: 5_000, env: { PATH: env["PATH"] ?? "", LC_ALL: "C" } };
  try {
    const { stdout, stderr } = await promisify(execFile)(path, [...args], options);
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr, killed } = error as { stdout?: string; stderr?: string; killed?: boolean };
    return killed === true || stdout === undefined ? null : stdout + (stderr ?? "");
  }
}
