import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { afterAll, describe, expect, test } from "vitest";
import { defaultSandboxLimits, type SandboxJob, type SandboxLimits } from "../../ports/sandbox.ts";
import { BubblewrapSandbox, type BubblewrapOptions } from "./bubblewrap-sandbox.ts";
import { findBwrap } from "../../testing/find-bwrap.ts";

const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));
const treeFolder = join(folder, "tree");
mkdirSync(join(treeFolder, ".git"), { recursive: true });
writeFileSync(join(treeFolder, ".git/config"), "token");
writeFileSync(join(treeFolder, "hello.txt"), "hello");

function sandboxWith(options: Partial<BubblewrapOptions> = {}): BubblewrapSandbox {
  const scratchFolder = join(folder, "scratch");
  return new BubblewrapSandbox({ findBwrap, scratchFolder, nodePath: process.execPath, ...options });
}

const limits: SandboxLimits = {
  ...defaultSandboxLimits,
  wallMs: 20_000,
  diskBytes: 32 * 1024 ** 2,
  outputBytes: 64 * 1024,
};

function job(command: readonly string[], overrides: Partial<SandboxJob> = {}): SandboxJob {
  return { treeFolder, command, env: {}, limits, ...overrides };
}

const never = new AbortController().signal;
const sandbox = sandboxWith();
const health = await sandbox.probe();
if (health.kind === "unavailable") process.stderr.write(`sandbox tests skipped: ${health.reason}\n`);

async function outputOf(command: readonly string[], overrides: Partial<SandboxJob> = {}): Promise<string> {
  const outcome = await sandbox.run(job(command, overrides), never);
  return outcome.kind === "exited" ? outcome.output : JSON.stringify(outcome);
}

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

  test("sees a writable copy of the tree, without git's folder, and leaves the tree as it was", async () => {
    const output = await outputOf(["sh", "-c", "pwd; ls -A; echo changed >hello.txt; cat hello.txt"]);

    expect(output).toBe("/box\nhello.txt\nchanged\n");
    expect(await outputOf(["cat", "hello.txt"])).toBe("hello");
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

  test("sees installed packages without their being copied, and may keep caches beside them", async () => {
    const tree = mkdtempSync(join(folder, "packages-"));
    mkdirSync(join(tree, "node_modules/left"), { recursive: true });
    mkdirSync(join(tree, "node_modules/.cache"));
    mkdirSync(join(tree, "packages/own"), { recursive: true });
    writeFileSync(join(tree, "node_modules/left/index.js"), "module.exports = 'left';");
    writeFileSync(join(tree, "node_modules/.cache/old"), "old");
    writeFileSync(join(tree, "packages/own/index.js"), "module.exports = 'own';");
    symlinkSync("../packages/own", join(tree, "node_modules/own"));
    const script = `node -p 'require("left") + require("own")'
      touch node_modules/left/x
      mkdir node_modules/.vite-temp node_modules/.cache && ls -A node_modules`;

    const output = await outputOf(["sh", "-c", script], { treeFolder: tree });

    expect(output).toBe(`leftown
touch: cannot touch 'node_modules/left/x': Read-only file system
.cache\n.vite-temp\nleft\nown
`);
    expect(readdirSync(join(tree, "node_modules")).toSorted()).toEqual([".cache", "left", "own"]);
  });

  test("sees very many packages as one folder that it cannot write to", async () => {
    const tree = mkdtempSync(join(folder, "many-"));
    mkdirSync(join(tree, "node_modules"));
    for (let index = 0; index < 801; index += 1) writeFileSync(join(tree, `node_modules/${index}`), "");

    const output = await outputOf(["sh", "-c", "ls node_modules | wc -l; touch node_modules/x"], {
      treeFolder: tree,
    });

    expect(output).toBe("801\ntouch: cannot touch 'node_modules/x': Read-only file system\n");
  });

  test("sees the tool folder and further folders that it was given, and cannot write there", async () => {
    const given = mkdtempSync(join(folder, "given-"));
    chmodSync(given, 0o755);
    writeFileSync(join(given, "tool.txt"), "tool");
    const equipped = sandboxWith({ toolFolder: given, readOnly: [given] });

    const script = `cat /opt/aas/tool.txt ${given}/tool.txt; touch /opt/aas/x ${given}/x 2>&1 | grep -c Read-only`;

    expect(await equipped.run(job(["sh", "-c", script]), never)).toMatchObject({ output: "tooltool2\n" });
  });

  test("can open its own output again, as shell scripts do", async () => {
    const script = "echo a >/dev/stderr; echo b | tee /dev/stdout; echo c >/proc/self/fd/2";

    expect(await outputOf(["sh", "-c", script])).toBe("a\nb\nb\nc\n");
  });

  test("does not start when its tree is larger than its disk", async () => {
    const tree = mkdtempSync(join(folder, "large-"));
    writeFileSync(join(tree, "large"), Buffer.alloc(3_000_000));
    const small = job(["true"], { treeFolder: tree, limits: { ...limits, diskBytes: 1_000_000 } });

    expect(await sandbox.run(small, never)).toEqual({
      kind: "unavailable",
      reason: "the tree does not fit into the sandbox's disk",
      cure: "raise the disk limit of the sandbox",
    });
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

  test("may come from a folder that only its owner can enter", async () => {
    const closed = mkdtempSync(join(folder, "closed-"));
    mkdirSync(join(closed, "tree/deep"), { recursive: true });
    writeFileSync(join(closed, "tree/deep/private.txt"), "mine", { mode: 0o600 });
    writeFileSync(join(closed, "tree/run.sh"), "#!/bin/sh\ncat deep/private.txt", { mode: 0o700 });
    chmodSync(closed, 0o700);

    expect(await outputOf(["./run.sh"], { treeFolder: join(closed, "tree") })).toBe("mine");
  });

  test.runIf(process.getuid?.() === 0)(
    "is refused, not failed, when its packages are for root's eyes only",
    async () => {
      const tree = mkdtempSync(join(folder, "private-"));
      mkdirSync(join(tree, "node_modules"), { mode: 0o700 });

      const outcome = await sandbox.run(job(["ls", "node_modules"], { treeFolder: tree }), never);

      expect(outcome).toMatchObject({ kind: "unavailable", cure: `chmod -R a+rX ${tree}/node_modules` });
    },
  );

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

describe("without walls", () => {
  const marker = join(folder, "it-ran");
  const command = ["sh", "-c", `touch ${marker}`];

  test("nothing runs when bubblewrap is missing, and the cure is told", async () => {
    const outcome = await sandboxWith({ findBwrap: () => null }).run(job(command), never);

    expect(outcome).toMatchObject({ kind: "unavailable", reason: "bubblewrap is not installed" });
    expect(outcome.kind === "unavailable" && outcome.cure).toContain("sudo apt-get install bubblewrap");
  });

  test("nothing runs when bubblewrap ends without starting anything", async () => {
    const outcome = await sandboxWith({ findBwrap: () => "/bin/true" }).run(job(command), never);

    expect(outcome).toMatchObject({
      kind: "unavailable",
      reason: "the sandbox ended before the command started",
    });
  });

  test("nothing runs when the toolchain is not where it should be", async () => {
    const outcome = await sandboxWith({ nodePath: "/nowhere/node" }).run(job(command), never);

    expect(outcome).toMatchObject({ kind: "unavailable" });
  });

  test("a command that cannot be passed on is a mistake of the caller", async () => {
    await expect(sandbox.run(job([]), never)).rejects.toMatchObject({ code: "usage" });
    await expect(sandbox.run(job(["a\0b"]), never)).rejects.toMatchObject({ code: "usage" });
    await expect(sandbox.run(job(["true"], { env: { "A=B": "c" } }), never)).rejects.toMatchObject({
      code: "usage",
    });
  });
});

test("the sandbox is healthy, unless bubblewrap is missing or the machine forbids what it needs", () => {
  const isForbidden =
    /not installed|there is no sandbox for|not permitted|permission denied|no permissions/iu;

  expect(health.kind === "healthy" || isForbidden.test(health.reason) ? "" : health.reason).toBe("");
});

describe.skipIf(health.kind === "unavailable")("the self-test", () => {
  test("is healthy and tells the version", () => {
    expect(health).toEqual({
      kind: "healthy",
      name: "bubblewrap",
      version: expect.stringMatching(/^\d+\.\d+/u) as string,
    });
  });

  test.each([
    ["--unshare-net", "interfaces: "],
    ["--seccomp 3", "seccomp: 0"],
    ["--uid 1000", "user: "],
  ])("notices a bubblewrap that ignores %s", async (option, breach) => {
    const reckless = recklessBubblewrap(option);

    const answer = await sandboxWith({ findBwrap: () => reckless }).run(job(["true"]), never);

    expect(answer).toMatchObject({ kind: "unavailable" });
    expect(answer.kind === "unavailable" && answer.reason).toContain(breach);
  });
});

/** A launcher that leaves one option out, in a place where a user without rights can start it. */
function recklessBubblewrap(option: string): string {
  const path = join(mkdtempSync(join(folder, "reckless-")), "bwrap");
  chmodSync(dirname(path), 0o755);
  const [name = "", ...values] = option.split(" ");
  writeFileSync(
    path,
    `#!/bin/bash
args=()
while [ $# -gt 0 ]; do
  if [ "$1" = "${name}" ]; then shift ${1 + values.length}; else args+=("$1"); shift; fi
done
exec bwrap "\${args[@]}"
`,
    { mode: 0o755 },
  );
  return path;
}

test.skipIf(health.kind === "unavailable")(
  "a link in place of installed packages leads nowhere",
  async () => {
    const host = mkdtempSync(join(folder, "host-"));
    writeFileSync(join(host, "canary"), "canary");
    const tree = mkdtempSync(join(folder, "linked-"));
    symlinkSync(host, join(tree, "node_modules"));

    expect(await outputOf(["cat", "node_modules/canary"], { treeFolder: tree })).toContain("No such file");
    expect(dirname(host)).toBe(folder);
  },
);
