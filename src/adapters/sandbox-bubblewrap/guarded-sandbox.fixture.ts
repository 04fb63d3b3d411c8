import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SandboxLimits, SandboxOutcome } from "../../ports/sandbox.ts";
import { findBwrap } from "../../testing/find-bwrap.ts";
import { BubblewrapSandbox } from "./bubblewrap-sandbox.ts";

const megabyte = 1024 ** 2;

export const limits: SandboxLimits = {
  wallMs: 8000,
  cpuSeconds: 8,
  memoryBytes: 256 * megabyte,
  processes: 64,
  diskBytes: 32 * megabyte,
  outputBytes: 64 * 1024,
};

export const isRoot = process.getuid?.() === 0;

/** Runs one job in a Node of its own and prints the outcome, and which processes are left in its pid namespace. */
const program = `
const { command, limits, treeFolder, scratchFolder } = JSON.parse(process.argv[1]);
const { BubblewrapSandbox } = await import(${JSON.stringify(new URL("bubblewrap-sandbox.ts", import.meta.url).href)});
const { findBwrap } = await import(${JSON.stringify(new URL("../../testing/find-bwrap.ts", import.meta.url).href)});
const { readdirSync, readFileSync } = await import("node:fs");
const sandbox = new BubblewrapSandbox({ findBwrap, scratchFolder, nodePath: process.execPath });
await sandbox.probe();
const outcome = await sandbox.run({ treeFolder, command, env: {}, limits }, new AbortController().signal);
const isLiving = (pid) => { try { return !/^State:.[ZX]/m.test(readFileSync("/proc/" + pid + "/status", "latin1")); } catch { return false; } };
const left = readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name) && Number(name) !== process.pid && isLiving(name));
console.log(JSON.stringify({ outcome, left: left.length }));`;

export interface GuardedRun {
  readonly outcome: SandboxOutcome;
  readonly left: number;
}

/**
 * For attempts that would hurt the machine if they succeeded. Each runs in the sandbox, the sandbox in a guard: a pid namespace
 * of its own (so that kill reaches nobody) with limits of its own. The bombs themselves are small and end by themselves.
 */
export interface GuardedSandbox extends Disposable {
  readonly folder: string;
  readonly treeFolder: string;
  readonly scratchFolder: string;
  /** Why nothing can be tried here; null: everything can. */
  readonly refusal: string | null;
  readonly guarded: (command: readonly string[], changes?: Partial<SandboxLimits>) => Promise<GuardedRun>;
  /** For a Node that runs the job by itself, without the guard. */
  readonly programArguments: (
    command: readonly string[],
    changes?: Partial<SandboxLimits>,
    scratch?: string,
  ) => string[];
}

export async function openGuardedSandbox(): Promise<GuardedSandbox> {
  const folder = mkdtempSync(join(tmpdir(), "bombs-"));
  const treeFolder = mkdtempSync(join(folder, "tree-"));
  chmodSync(folder, 0o755);
  chmodSync(treeFolder, 0o755);
  const scratchFolder = join(folder, "scratch");
  const guard = guardArguments();
  const refusal = await whyNothingIsTried(scratchFolder, guard);
  if (refusal !== null) process.stderr.write(`bomb tests skipped: ${refusal}\n`);
  const programArguments: GuardedSandbox["programArguments"] = (
    command,
    changes = {},
    scratch = scratchFolder,
  ) => {
    const job = { command, limits: { ...limits, ...changes }, treeFolder, scratchFolder: scratch };
    return ["--input-type=module", "--eval", program, JSON.stringify(job)];
  };
  return {
    folder,
    treeFolder,
    scratchFolder,
    refusal,
    programArguments,
    guarded: async (command, changes = {}) => {
      const args = [...guard, process.execPath, ...programArguments(command, changes)];
      const patience = { timeout: 25_000, killSignal: "SIGKILL" } as const;
      const { stdout } = await promisify(execFile)("unshare", args, patience);
      return JSON.parse(stdout) as GuardedRun;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

function guardArguments(): readonly string[] {
  const namespaces = isRoot ? [] : ["--user", "--map-current-user"];
  // The number of processes is counted for the job's own throw-away user, so it is a second wall for root only.
  const processes = isRoot ? ["--nproc=400"] : [];
  const unshare = [...namespaces, "--pid", "--fork", "--kill-child", "--mount-proc", "--"];
  return [...unshare, "prlimit", ...processes, "--cpu=60", `--fsize=${256 * megabyte}`, "--core=0", "--"];
}

async function whyNothingIsTried(scratchFolder: string, guard: readonly string[]): Promise<string | null> {
  const sandbox = new BubblewrapSandbox({ findBwrap, scratchFolder, nodePath: process.execPath });
  const health = await sandbox.probe();
  if (health.kind === "unavailable") return health.reason;
  try {
    await promisify(execFile)("unshare", [...guard, "true"], { timeout: 5000 });
    return null;
  } catch (error) {
    return `the outer guard cannot be made: ${String(error)}`;
  }
}
