import { execFile, spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SandboxLimits, SandboxOutcome } from "../../ports/sandbox.ts";
import { BubblewrapSandbox } from "./bubblewrap-sandbox.ts";
import { findBwrap } from "../../testing/find-bwrap.ts";

/**
 * Attempts that would hurt the machine if they succeeded. Each runs in the sandbox, the sandbox in a guard: a pid namespace
 * of its own (so that kill reaches nobody) with limits of its own. The bombs themselves are small and end by themselves.
 */
const folder = mkdtempSync(join(tmpdir(), "bombs-"));
const treeFolder = mkdtempSync(join(folder, "tree-"));
chmodSync(folder, 0o755);
chmodSync(treeFolder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

const megabyte = 1024 ** 2;
const limits: SandboxLimits = {
  wallMs: 8000,
  cpuSeconds: 8,
  memoryBytes: 256 * megabyte,
  processes: 64,
  diskBytes: 32 * megabyte,
  outputBytes: 64 * 1024,
};

const isRoot = process.getuid?.() === 0;
const scratchFolder = join(folder, "scratch");
const health = await new BubblewrapSandbox({
  findBwrap,
  scratchFolder,
  nodePath: process.execPath,
}).probe();
const guard = guardArguments();
const refusal = health.kind === "unavailable" ? health.reason : await whyNoGuard();
if (refusal !== null) process.stderr.write(`bomb tests skipped: ${refusal}\n`);

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

interface GuardedRun {
  readonly outcome: SandboxOutcome;
  readonly left: number;
}

function programArguments(
  command: readonly string[],
  changes: Partial<SandboxLimits> = {},
  scratch = scratchFolder,
): string[] {
  const job = { command, limits: { ...limits, ...changes }, treeFolder, scratchFolder: scratch };
  return ["--input-type=module", "--eval", program, JSON.stringify(job)];
}

async function guarded(
  command: readonly string[],
  changes: Partial<SandboxLimits> = {},
): Promise<GuardedRun> {
  const args = [...guard, process.execPath, ...programArguments(command, changes)];
  const { stdout } = await promisify(execFile)("unshare", args, { timeout: 25_000, killSignal: "SIGKILL" });
  return JSON.parse(stdout) as GuardedRun;
}

function guardArguments(): readonly string[] {
  const namespaces = isRoot ? [] : ["--user", "--map-current-user"];
  // The number of processes is counted for the job's own throw-away user, so it is a second wall for root only.
  const processes = isRoot ? ["--nproc=400"] : [];
  const unshare = [...namespaces, "--pid", "--fork", "--kill-child", "--mount-proc", "--"];
  return [...unshare, "prlimit", ...processes, "--cpu=60", `--fsize=${256 * megabyte}`, "--core=0", "--"];
}

async function whyNoGuard(): Promise<string | null> {
  try {
    await promisify(execFile)("unshare", [...guard, "true"], { timeout: 5000 });
    return null;
  } catch (error) {
    return `the outer guard cannot be made: ${String(error)}`;
  }
}

describe.skipIf(refusal !== null)("behind a second guard", () => {
  beforeAll(async () => {
    // Mild proof first: if a limit is not there, nothing below starts.
    const { outcome } = await guarded([
      "sh",
      "-c",
      "ulimit -p; ulimit -f; ulimit -t; df -k --output=size /box | tail -1; ls -d /proc/[0-9]* | wc -l",
    ]);
    const shown = "output" in outcome ? outcome.output.trim().split(/\s+/u).map(Number) : [];
    const [processes, blocks, seconds, kilobytes, seen = 99] = shown;
    if (processes === 64 && blocks === 65_536 && seconds === 8 && kilobytes === 32_768 && seen < 10) return;
    throw new Error(`the limits are not in place, nothing violent is tried: ${shown.join(" ")}`);
  });

  test("kill -9 -1 reaches nobody outside", async () => {
    const { outcome, left } = await guarded(["sh", "-c", "kill -9 -1; sleep 0.1; echo done"]);

    expect(outcome).toMatchObject({ kind: "exited", output: expect.stringContaining("done") as string });
    expect(left).toBe(0);
  });

  test("no more processes than allowed can be made", async () => {
    const { outcome, left } = await guarded([
      "python3",
      "-c",
      `
import os, time
made = 0
for _ in range(200):
    try:
        if os.fork() == 0:
            time.sleep(30); os._exit(0)
        made += 1
    except BlockingIOError:
        break
print(made)`,
    ]);

    const made = outcome.kind === "exited" ? Number(outcome.output) : Number.NaN;
    expect(made).toBeGreaterThan(40);
    expect(made).toBeLessThan(64);
    expect(left).toBe(0);
  });

  test("a fork bomb ends with its job", async () => {
    const { outcome, left } = await guarded(["sh", "-c", "bomb() { bomb | bomb & }; bomb; sleep 1"], {
      wallMs: 2000,
    });

    expect(outcome.kind).not.toBe("unavailable");
    expect(left).toBe(0);
  });

  test.each([
    [
      "in one process",
      "block = []\nfor _ in range(16):\n    block.append(bytearray(b'x' * (32 << 20))); time.sleep(0.02)",
    ],
    [
      "in many processes",
      "for _ in range(8):\n    if os.fork() == 0:\n        block = bytearray(b'x' * (64 << 20)); time.sleep(30); os._exit(0)",
    ],
    [
      "in shared pages",
      "block = mmap.mmap(-1, 512 << 20)\nfor at in range(0, 512 << 20, 4096): block[at] = 1",
    ],
  ])("a memory bomb %s is stopped by the watchdog", async (_where, bomb) => {
    const { outcome, left } = await guarded([
      "python3",
      "-c",
      `import mmap, os, time\n${bomb}\ntime.sleep(30)`,
    ]);

    expect(outcome).toMatchObject({ kind: "stopped", reason: "memory" });
    expect(left).toBe(0);
  });

  test("memory that no limit would count cannot be had", async () => {
    const { outcome } = await guarded([
      "python3",
      "-c",
      `
import ctypes, os
try:
    os.memfd_create("hidden"); print("escaped")
except OSError as error:
    print(error.errno)
print(ctypes.CDLL(None).shmget(0, 64 << 20, 0o1600))`,
    ]);

    expect(outcome).toMatchObject({ kind: "exited", output: "38\n-1\n" });
  });

  test("the disk fills up for the job alone", async () => {
    const { outcome } = await guarded([
      "sh",
      "-c",
      `for place in /box /tmp /home /dev/shm; do
        head -c 40000000 /dev/zero >$place/one 2>/dev/null
        i=0; while [ $i -lt 50 ] && head -c 1000000 /dev/zero >$place/$i 2>/dev/null; do i=$((i + 1)); done
      done; du -cm /box /tmp /home /dev/shm | tail -1 | cut -f1`,
    ]);

    const written = outcome.kind === "exited" ? Number(outcome.output) : Number.NaN;
    expect(written).toBeGreaterThan(30);
    expect(written).toBeLessThanOrEqual(64);
  });

  test("a report cannot fill the host's disk", async () => {
    const { outcome } = await guarded([
      "sh",
      "-c",
      "head -c 50000000 /dev/zero >$0; ls -l $0 | cut -d' ' -f5",
      "{report}",
    ]);

    expect(outcome).toMatchObject({
      kind: "exited",
      output: expect.stringMatching(/(?:^|\n)33554432\n$/u) as string,
      report: null,
    });
  });

  test("a flood of output is cut off, and the rest of it costs no memory", async () => {
    const { outcome } = await guarded(["yes"], { wallMs: 1000 });

    expect(outcome).toMatchObject({
      kind: "stopped",
      reason: "wall_time",
      output: "y\n".repeat(limits.outputBytes / 2),
    });
  });

  test("a program that only spins ends when its time is used up", async () => {
    const { outcome } = await guarded(["sh", "-c", "while :; do :; done"], { cpuSeconds: 1 });

    expect(outcome).toMatchObject({ kind: "stopped", reason: "signal" });
  });

  test("a daemon does not outlive its job", async () => {
    const { outcome, left } = await guarded([
      "sh",
      "-c",
      "setsid sh -c 'trap \"\" TERM HUP; sleep 60' >/dev/null 2>&1 & echo started",
    ]);

    expect(outcome).toMatchObject({ kind: "exited", output: "started\n" });
    expect(left).toBe(0);
  });
});

describe.skipIf(refusal !== null)("whatever becomes of us", () => {
  const children: ChildProcess[] = [];
  afterAll(() => {
    for (const child of children) child.kill("SIGKILL");
  });

  test("the job dies with the process that started it", async () => {
    const mark = `61.${process.pid}1`;
    const child = spawn(process.execPath, programArguments(["sleep", mark], { wallMs: 60_000 }), {
      stdio: "ignore",
    });
    children.push(child);
    await until(() => running(mark) > 0);

    child.kill("SIGKILL");

    await until(() => running(mark) === 0);
    expect(running(mark)).toBe(0);
  });

  test("an abort ends all that is running", async () => {
    const mark = `61.${process.pid}2`;
    const controller = new AbortController();
    const sandbox = new BubblewrapSandbox({ findBwrap, scratchFolder, nodePath: process.execPath });
    const command = ["sh", "-c", `setsid sleep ${mark} & sleep ${mark}`];
    const outcome = sandbox.run({ treeFolder, command, env: {}, limits }, controller.signal);
    await until(() => running(mark) >= 2);

    controller.abort();

    expect(await outcome).toMatchObject({ kind: "stopped", reason: "aborted" });
    expect(running(mark)).toBe(0);
  });

  test("a file that we inherited open stays outside", async () => {
    const canary = join(folder, "inherited");
    writeFileSync(canary, "canary");
    // Node closes low numbers for its children by itself, high ones it does not know of.
    const keepOpen = ["--norc", "-c", 'exec 200<"$0"; exec "$@"', canary, process.execPath];
    const script = "cat /proc/1/fd/200; cat <&200";

    const child = spawn("bash", [...keepOpen, ...programArguments(["bash", "-c", script])], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const { outcome } = JSON.parse(await text(child.stdout)) as GuardedRun;

    expect(outcome).toMatchObject({ kind: "exited", exitCode: 1 });
    expect("output" in outcome && outcome.output).not.toContain("canary");
  });

  test.runIf(isRoot)("an ordinary user has the same walls", async () => {
    const user = 54_321;
    const scratch = join(folder, "user-scratch");
    mkdirSync(scratch);
    chownSync(scratch, user, user);
    const bomb = "import time\nblock = bytearray(b'x' * (400 << 20))\ntime.sleep(30)";
    const drop = ["--reuid", String(user), "--regid", String(user), "--clear-groups", "--", process.execPath];

    const { stdout } = await promisify(execFile)("setpriv", [
      ...drop,
      ...programArguments(["python3", "-c", bomb], {}, scratch),
    ]);

    expect((JSON.parse(stdout) as GuardedRun).outcome).toMatchObject({ kind: "stopped", reason: "memory" });
  });
});

/** Living processes that were started with this argument. */
function running(argument: string): number {
  return readdirSync("/proc").filter((pid) => {
    try {
      const isZombie = /^State:\s+Z/mu.test(readFileSync(`/proc/${pid}/status`, "latin1"));
      return !isZombie && readFileSync(`/proc/${pid}/cmdline`, "latin1").startsWith(`sleep\0${argument}`);
    } catch {
      return false;
    }
  }).length;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition() && Date.now() < deadline) await sleep(10);
}
