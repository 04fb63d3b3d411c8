import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limits, openGuardedSandbox } from "./guarded-sandbox.fixture.ts";

const lab = await openGuardedSandbox();
const { guarded, refusal } = lab;
afterAll(() => lab[Symbol.dispose]());

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
