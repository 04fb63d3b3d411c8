import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findBwrap } from "../../testing/find-bwrap.ts";
import { limits, never, openSandboxLab } from "./sandbox-lab.fixture.ts";

const lab = await openSandboxLab();
const { folder, health, job, outputOf, sandbox, sandboxWith } = lab;
afterAll(() => lab[Symbol.dispose]());

describe.skipIf(health.kind === "unavailable")("a job in the sandbox", () => {
  test("is not charged for what the machine holds while its walls are put up", async () => {
    const slow = join(folder, "slow-bwrap");
    const told = `printf '{ "child-pid": %d }\\n' $$ >&4; sleep 0.5; exec ${findBwrap() ?? ""} "$@"`;
    writeFileSync(slow, `#!/bin/sh\n${told}\n`, { mode: 0o755 });
    const little = { limits: { ...limits, memoryBytes: 64 * 1024 ** 2 } };

    const outcome = await sandboxWith({ findBwrap: () => slow }).run(job(["true"], little), never);

    expect(outcome).toMatchObject({ kind: "exited", exitCode: 0 });
  });

  test("answers with exit status and output of both streams in order", async () => {
    const outcome = await sandbox.run(job(["sh", "-c", "echo one; echo two >&2; echo three; exit 7"]), never);

    expect(outcome).toEqual({
      kind: "exited",
      exitCode: 7,
      output: "one\ntwo\nthree\n",
      isOutputTruncated: false,
      report: null,
      durationMs: expect.any(Number) as number,
    });
  });

  test("has a clean environment and what the job adds to it", async () => {
    const output = await outputOf(["env"], { env: { CHECK: "a b'\"$(id)" } });

    expect(output.trim().split("\n").toSorted()).toEqual([
      "CHECK=a b'\"$(id)",
      "CI=true",
      "HOME=/home",
      "LC_ALL=C.UTF-8",
      "PATH=/opt/node/bin:/usr/bin:/bin",
      "PWD=/box",
      "TMPDIR=/tmp",
      "TZ=UTC",
    ]);
  });

  test("runs on the Node that runs us and on the system's Python", async () => {
    const versions = await outputOf(["sh", "-c", "node --version; which node python3"]);

    expect(versions).toBe(`${process.version}\n/opt/node/bin/node\n/usr/bin/python3\n`);
  });

  test("gets its arguments as they are, and the path of the report where it asks for it", async () => {
    const command = ["node", "-e", "console.log(process.argv.slice(1))", "$(id)", "--to={report}", "a b", ""];

    expect(await outputOf(command)).toBe("[ '$(id)', '--to=/out/report.xml', 'a b', '' ]\n");
  });

  test("hands back its report", async () => {
    const outcome = await sandbox.run(job(["sh", "-c", 'echo "<x/>" >"$0"', "{report}"]), never);

    expect(outcome).toMatchObject({ kind: "exited", exitCode: 0, report: "<x/>\n" });
  });

  test("can open its own output again, as shell scripts do", async () => {
    const script = "echo a >/dev/stderr; echo b | tee /dev/stdout; echo c >/proc/self/fd/2";

    expect(await outputOf(["sh", "-c", script])).toBe("a\nb\nb\nc\n");
  });

  test("does not start when there is no tree, or its arguments are too long for the system", async () => {
    const absent = await sandbox.run(job(["true"], { treeFolder: join(folder, "absent") }), never);
    const endless = await sandbox.run(job(["echo", "x".repeat(300_000)]), never);

    expect(absent).toMatchObject({
      kind: "unavailable",
      reason: expect.stringContaining("ENOENT") as string,
    });
    expect(endless).toMatchObject({
      kind: "unavailable",
      reason: expect.stringContaining("E2BIG") as string,
    });
  });

  test("says that the program is not there as a shell would", async () => {
    const outcome = await sandbox.run(job(["no-such-program"]), never);

    expect(outcome).toMatchObject({ kind: "exited", exitCode: 127 });
  });

  test("that dies of a signal is stopped, not exited", async () => {
    const outcome = await sandbox.run(job(["sh", "-c", "kill -SEGV $$"]), never);

    expect(outcome).toMatchObject({ kind: "stopped", reason: "signal" });
  });

  test("that takes too long is stopped with what it has said so far", async () => {
    const slow = job(["sh", "-c", "echo begun; sleep 60"], { limits: { ...limits, wallMs: 500 } });

    const outcome = await sandbox.run(slow, never);

    expect(outcome).toMatchObject({ kind: "stopped", reason: "wall_time", output: "begun\n" });
    expect(outcome.kind === "stopped" && outcome.durationMs < 5000).toBe(true);
  });

  test("does not start when the caller no longer wants it", async () => {
    const controller = new AbortController();
    const running = sandbox.run(job(["sleep", "60"]), controller.signal);

    controller.abort();

    expect(await running).toMatchObject({ kind: "stopped", reason: "aborted" });
    expect(await sandbox.run(job(["true"]), controller.signal)).toMatchObject({
      reason: "aborted",
      durationMs: 0,
    });
  });

  test("has its output cut at the limit and cleaned", async () => {
    const flood = await sandbox.run(
      job(["sh", "-c", "printf '\\033[31mred\\n'; yes | head -c 3000000"]),
      never,
    );

    expect(flood).toMatchObject({ kind: "exited", exitCode: 0, isOutputTruncated: true });
    const output = flood.kind === "exited" ? flood.output : "";
    expect(output.length).toBeLessThanOrEqual(limits.outputBytes);
    expect(output.slice(0, 8)).toBe("red\ny\ny\n");
  });

  test("does not disturb another one at its side", async () => {
    const outputs = await Promise.all(
      ["a", "b", "c"].map((name) => outputOf(["sh", "-c", `echo ${name} >f; ls /proc/2 >/dev/null; cat f`])),
    );

    expect(outputs).toEqual(["a\n", "b\n", "c\n"]);
  });
});
