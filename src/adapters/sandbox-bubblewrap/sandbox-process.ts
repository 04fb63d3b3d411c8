import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Duplex, Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { SandboxLimits, SandboxStop } from "../../ports/sandbox.ts";
import { CappedOutput } from "./clean-output.ts";
import type { Launch } from "./sandbox-launch.ts";
import { exceedsMemory } from "./sandbox-memory.ts";
import { descriptors } from "./sandbox-profile.ts";

export interface SandboxedCommand {
  readonly launch: Launch;
  readonly treeFolder: string;
  /** Top-level names that are not copied into the sandbox. */
  readonly leftOut: readonly string[];
  readonly seccompFilter: Buffer;
  readonly limits: SandboxLimits;
}

export interface CommandEnd {
  /** False when the command never started: then `complaints` say why and there is no result. */
  readonly wasStarted: boolean;
  readonly exitCode: number | null;
  readonly stop: SandboxStop | null;
  readonly output: string;
  readonly isOutputTruncated: boolean;
  readonly complaints: string;
  readonly durationMs: number;
}

/** Runs one command behind the walls to its end, whatever that end is; no process of it is left afterwards. */
export async function runSandboxedCommand(
  command: SandboxedCommand,
  signal: AbortSignal,
): Promise<CommandEnd> {
  const archive = spawnArchive(command);
  try {
    return await runWithArchive(archive, command, signal);
  } finally {
    archive.stdout?.destroy();
    killGroup(archive);
  }
}

async function runWithArchive(
  archive: ChildProcess,
  command: SandboxedCommand,
  signal: AbortSignal,
): Promise<CommandEnd> {
  const startedAt = performance.now();
  const child = spawn(command.launch.file, command.launch.args, {
    cwd: "/",
    env: scrubbedEnvironment,
    detached: true,
    stdio: [archive.stdout, "pipe", "pipe", "pipe", "pipe", "pipe"],
  });
  // Only the sandbox may hold the reading end, or the archiver would not notice that the sandbox is gone.
  archive.stdout?.destroy();
  const streams = collectStreams(child, command);
  const complaints = collectComplaints(archive, child);
  const guard = watch(child, { limits: command.limits, inside: streams.inside, signal });
  try {
    const [exitCode, archived] = await Promise.all([endOf(child, complaints), endOf(archive, complaints)]);
    await untilGone(streams.init());
    return {
      wasStarted: archived === 0 && streams.isReady(),
      exitCode,
      stop: guard.stop(),
      output: streams.output.text(),
      isOutputTruncated: streams.output.isTruncated,
      complaints: complaints.text().trim(),
      durationMs: Math.round(performance.now() - startedAt),
    };
  } finally {
    guard.end();
  }
}

/** The environment of bubblewrap itself can be read inside through /proc/1/environ, so there is nothing in it. */
const scrubbedEnvironment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8" };

function spawnArchive(command: SandboxedCommand): ChildProcess {
  const exclusions = command.leftOut.map((name) => `--exclude=./${name}`);
  const options = ["--create", "--file=-", "--anchored", "--no-wildcards", "--no-wildcards-match-slash"];
  const archive = spawn("tar", [...options, ...exclusions, `--directory=${command.treeFolder}`, "."], {
    cwd: "/",
    env: scrubbedEnvironment,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Looked at once the sandbox itself could be started; if it could not, that is what is told.
  return archive.on("error", () => undefined);
}

interface SandboxStreams {
  readonly output: CappedOutput;
  readonly isReady: () => boolean;
  /** The sandbox's first process as the host numbers it; null until bubblewrap has said it. */
  readonly init: () => number | null;
  /** The same once its walls stand: until then it sees the processes of the whole machine. */
  readonly inside: () => number | null;
}

function collectStreams(child: ChildProcess, command: SandboxedCommand): SandboxStreams {
  const filter = streamOf(child, descriptors.seccomp);
  // The launcher may be dead before it reads the filter; its exit says so, the broken pipe adds nothing.
  filter.on("error", () => undefined).end(command.seccompFilter);
  const output = new CappedOutput(command.limits.outputBytes);
  child.stdout?.on("data", (chunk: Buffer) => output.add(chunk));
  const status = collect(streamOf(child, descriptors.status));
  const ready = collect(streamOf(child, descriptors.ready));
  const init = (): number | null => parseInit(status.text());
  const isReady = (): boolean => ready.text() === "ready\n";
  return { output, isReady, init, inside: () => (isReady() ? init() : null) };
}

function collectComplaints(archive: ChildProcess, child: ChildProcess): CappedOutput {
  const complaints = new CappedOutput(4096);
  for (const stream of [archive.stderr, child.stderr])
    stream?.on("data", (chunk: Buffer) => complaints.add(chunk));
  return complaints;
}

/** All further descriptors are opened as pipes, which Node's types cannot say. */
function streamOf(child: ChildProcess, descriptor: number): Duplex {
  return (child.stdio as readonly unknown[])[descriptor] as Duplex;
}

function collect(stream: Readable): CappedOutput {
  const text = new CappedOutput(4096);
  stream.on("data", (chunk: Buffer) => text.add(chunk));
  return text;
}

function parseInit(status: string): number | null {
  const pid = [...status.matchAll(/"child-pid": (?<pid>\d+)/gu)].at(-1)?.groups?.["pid"];
  return pid === undefined ? null : Number(pid);
}

interface Guard {
  readonly stop: () => SandboxStop | null;
  readonly end: () => void;
}

interface Watched {
  readonly limits: SandboxLimits;
  readonly inside: () => number | null;
  readonly signal: AbortSignal;
}

const memoryPollMs = 100;

/** Ends the sandbox when time is up, memory is over its limit or the caller no longer wants the answer. */
function watch(child: ChildProcess, { limits, inside, signal }: Watched): Guard {
  let stop: SandboxStop | null = null;
  const end = (reason: SandboxStop): void => {
    stop ??= reason;
    killGroup(child);
  };
  const aborted = (): void => end("aborted");
  const wall = setTimeout(() => end("wall_time"), limits.wallMs);
  const memory = setInterval(() => {
    const pid = inside();
    if (pid !== null && exceedsMemory(pid, limits.memoryBytes)) end("memory");
  }, memoryPollMs);
  signal.addEventListener("abort", aborted, { once: true });
  if (signal.aborted) aborted();
  return {
    stop: () => stop,
    end: () => {
      clearTimeout(wall);
      clearInterval(memory);
      signal.removeEventListener("abort", aborted);
    },
  };
}

/** bubblewrap dies, with it the first process of the namespace, with that every other. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It ended between the question and the signal.
  }
}

async function endOf(child: ChildProcess, complaints: CappedOutput): Promise<number | null> {
  try {
    const [exitCode] = (await once(child, "close")) as [number | null];
    return exitCode;
  } catch (error) {
    complaints.add(Buffer.from(`${String(error)}\n`));
    return null;
  }
}

/** The launcher may end a moment before what it started; a report is read, and a folder removed, only after that. */
async function untilGone(pid: number | null): Promise<void> {
  if (pid === null) return;
  for (let tries = 0; tries < 500 && isAlive(pid); tries += 1) await sleep(2);
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/mu.test(readFileSync(`/proc/${pid}/status`, "latin1"));
  } catch {
    return false;
  }
}
