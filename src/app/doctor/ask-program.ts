import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Environment } from "../environment.ts";

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
