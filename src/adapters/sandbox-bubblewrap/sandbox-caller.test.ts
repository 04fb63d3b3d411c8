import { execFile, spawn, type ChildProcess } from "node:child_process";
import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { findBwrap } from "../../testing/find-bwrap.ts";
import { BubblewrapSandbox } from "./bubblewrap-sandbox.ts";
import { type GuardedRun, isRoot, limits, openGuardedSandbox } from "./guarded-sandbox.fixture.ts";

const lab = await openGuardedSandbox();
const { folder, programArguments, refusal, scratchFolder, treeFolder } = lab;
afterAll(() => lab[Symbol.dispose]());

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
