import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  defaultSandboxLimits,
  type SandboxHealth,
  type SandboxJob,
  type SandboxLimits,
} from "../../ports/sandbox.ts";
import { findBwrap } from "../../testing/find-bwrap.ts";
import { type BubblewrapOptions, BubblewrapSandbox } from "./bubblewrap-sandbox.ts";

export const never: AbortSignal = new AbortController().signal;

export const limits: SandboxLimits = {
  ...defaultSandboxLimits,
  wallMs: 20_000,
  diskBytes: 32 * 1024 ** 2,
  outputBytes: 64 * 1024,
};

/** A sandbox, and a folder with a small tree for its jobs. */
export interface SandboxLab extends Disposable {
  readonly folder: string;
  readonly sandbox: BubblewrapSandbox;
  readonly health: SandboxHealth;
  readonly sandboxWith: (options?: Partial<BubblewrapOptions>) => BubblewrapSandbox;
  readonly job: (command: readonly string[], overrides?: Partial<SandboxJob>) => SandboxJob;
  readonly outputOf: (command: readonly string[], overrides?: Partial<SandboxJob>) => Promise<string>;
}

export async function openSandboxLab(): Promise<SandboxLab> {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  chmodSync(folder, 0o755);
  const treeFolder = plantTree(join(folder, "tree"));
  const scratchFolder = join(folder, "scratch");
  const sandboxWith: SandboxLab["sandboxWith"] = (options = {}) =>
    new BubblewrapSandbox({ findBwrap, scratchFolder, nodePath: process.execPath, ...options });
  const job: SandboxLab["job"] = (command, overrides = {}) => ({
    treeFolder,
    command,
    env: {},
    limits,
    ...overrides,
  });
  const sandbox = sandboxWith();
  const health = await sandbox.probe();
  if (health.kind === "unavailable") process.stderr.write(`sandbox tests skipped: ${health.reason}\n`);
  return {
    folder,
    sandbox,
    health,
    sandboxWith,
    job,
    outputOf: async (command, overrides = {}) => {
      const outcome = await sandbox.run(job(command, overrides), never);
      return outcome.kind === "exited" ? outcome.output : JSON.stringify(outcome);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

function plantTree(treeFolder: string): string {
  mkdirSync(join(treeFolder, ".git"), { recursive: true });
  writeFileSync(join(treeFolder, ".git/config"), "token");
  writeFileSync(join(treeFolder, "hello.txt"), "hello");
  return treeFolder;
}
