import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { AasError } from "../../domain/errors.ts";
import type { Sandbox, SandboxHealth, SandboxJob, SandboxOutcome } from "../../ports/sandbox.ts";
import type { SandboxArch } from "./denied-syscalls.ts";
import { withJobFolder } from "./job-folder.ts";
import { runBehindWalls, type Walls } from "./run-behind-walls.ts";
import { cureForMissing, cureForRefusal, findBreaches, selfTestScript } from "./sandbox-health.ts";
import { insidePaths } from "./sandbox-mounts.ts";

export interface BubblewrapOptions {
  /** Null: it is not installed. Asked each time, because that may change while we run. */
  readonly findBwrap: () => string | null;
  /** Ours alone; holds a few small files while a job runs. */
  readonly scratchFolder: string;
  /** The Node that judged code runs on, seen inside as /opt/node/bin/node. */
  readonly nodePath: string;
  /** Our own programs, seen inside as /opt/aas. */
  readonly toolFolder?: string;
  /** Further folders of the host that are seen inside under their own names: toolchains, package stores. */
  readonly readOnly?: readonly string[];
}

/** The judge profile on Linux. It never runs anything when its walls cannot be proven. */
export class BubblewrapSandbox implements Sandbox {
  readonly #options: BubblewrapOptions;
  #healthy: SandboxHealth | null = null;

  constructor(options: BubblewrapOptions) {
    this.#options = options;
  }

  async run(job: SandboxJob, signal: AbortSignal): Promise<SandboxOutcome> {
    refuseBadJob(job);
    const health = await this.probe();
    if (health.kind === "unavailable") return health;
    const walls = findWalls(this.#options);
    return "kind" in walls ? walls : await runBehindWalls(walls, job, signal);
  }

  async probe(): Promise<SandboxHealth> {
    if (this.#healthy !== null) return this.#healthy;
    const walls = findWalls(this.#options);
    const health = "kind" in walls ? walls : await examine(walls);
    // Bad news is not kept: the cure may be applied while we run.
    if (health.kind === "healthy") this.#healthy = health;
    return health;
  }
}

type Unavailable = Extract<SandboxHealth, { readonly kind: "unavailable" }>;

function findWalls(options: BubblewrapOptions): Walls | Unavailable {
  if (process.platform !== "linux" || !isFilteredArch(process.arch)) {
    const machine = `${process.platform} ${process.arch}`;
    return unavailable(`there is no sandbox for ${machine}`, "run on Linux, x64 or arm64");
  }
  const bwrapPath = options.findBwrap();
  if (bwrapPath === null) return unavailable("bubblewrap is not installed", cureForMissing);
  const { scratchFolder, nodePath, toolFolder, readOnly = [] } = options;
  const visible = [
    { source: nodePath, target: insidePaths.node },
    ...(toolFolder === undefined ? [] : [{ source: toolFolder, target: insidePaths.tools }]),
    ...readOnly.map((path) => ({ source: path, target: path })),
  ];
  return { bwrapPath, arch: process.arch, scratchFolder, visible };
}

const selfTestLimits = {
  wallMs: 20_000,
  cpuSeconds: 10,
  memoryBytes: 256 * 1024 ** 2,
  processes: 64,
  diskBytes: 16 * 1024 ** 2,
  outputBytes: 65_536,
};

/** Looks at the host from inside, as judged code would. */
async function examine(walls: Walls): Promise<SandboxHealth> {
  return await withJobFolder(walls.scratchFolder, null, async (folder) => {
    const canary = join(folder.path, "canary");
    await writeFile(canary, "canary");
    const treeFolder = join(folder.path, "tree");
    await mkdir(treeFolder);
    const command = ["/bin/sh", "-c", selfTestScript, "sh", canary];
    const outcome = await runBehindWalls(
      walls,
      { treeFolder, command, env: {}, limits: selfTestLimits },
      new AbortController().signal,
    );
    if (outcome.kind === "unavailable") return outcome;
    if (outcome.kind === "stopped")
      return unavailable(`the self-test was stopped: ${outcome.reason}`, cureForRefusal());
    const breaches = findBreaches(outcome.output);
    if (breaches.length > 0)
      return unavailable(`the walls do not hold: ${breaches.join(", ")}`, cureForRefusal());
    return { kind: "healthy", name: "bubblewrap", version: await versionOf(walls.bwrapPath) };
  });
}

async function versionOf(bwrapPath: string): Promise<string> {
  const { stdout } = await promisify(execFile)(bwrapPath, ["--version"], { env: {}, timeout: 5000 });
  return stdout.trim().replace(/^bubblewrap\s+/u, "");
}

/** A mistake of our own code, not something that the judged command does. */
function refuseBadJob(job: SandboxJob): void {
  const texts = [...job.command, ...Object.entries(job.env).flat()];
  const badName = Object.keys(job.env).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/u.test(name));
  if (job.command.length > 0 && badName === undefined && !texts.some((text) => text.includes("\0"))) return;
  const complaint =
    badName === undefined ? "the command is empty or contains a NUL" : `bad variable ${badName}`;
  throw new AasError("usage", `Cannot run this in the sandbox: ${complaint}`, {
    cure: "correct the check's command or environment",
  });
}

function unavailable(reason: string, cure: string): Unavailable {
  return { kind: "unavailable", reason, cure };
}

function isFilteredArch(arch: string): arch is SandboxArch {
  return arch === "x64" || arch === "arm64";
}
