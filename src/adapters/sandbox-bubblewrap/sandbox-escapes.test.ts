import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultSandboxLimits, type SandboxOutcome } from "../../ports/sandbox.ts";
import { findBwrap } from "../../testing/find-bwrap.ts";
import { BubblewrapSandbox } from "./bubblewrap-sandbox.ts";
import { guardedSyscalls, hiddenSyscalls, forbiddenSyscalls, type SandboxArch } from "./denied-syscalls.ts";

/**
 * Attempts that harm nothing even if they succeed. Those that would (bombs, floods, kill) are in `sandbox-bombs.test.ts`,
 * behind a second guard. Every attempt runs in the sandbox only: there is no control run without it.
 */
const folder = mkdtempSync(join(tmpdir(), "escapes-"));
const canary = `canary-${process.pid}-${Math.random().toString(36).slice(2)}`;
const canaryPath = join(folder, "canary");
writeFileSync(canaryPath, canary);
const treeFolder = mkdtempSync(join(folder, "tree-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sandbox = new BubblewrapSandbox({
  findBwrap,
  scratchFolder: join(folder, "scratch"),
  nodePath: process.execPath,
});
const health = await sandbox.probe();
if (health.kind === "unavailable") process.stderr.write(`escape tests skipped: ${health.reason}\n`);

async function attempt(command: readonly string[]): Promise<SandboxOutcome> {
  const limits = { ...defaultSandboxLimits, wallMs: 20_000, diskBytes: 32 * 1024 ** 2 };
  return await sandbox.run({ treeFolder, command, env: {}, limits }, new AbortController().signal);
}

async function shell(script: string): Promise<string> {
  const outcome = await attempt(["sh", "-c", script]);
  return "output" in outcome ? outcome.output : JSON.stringify(outcome);
}

async function python(script: string): Promise<string> {
  const outcome = await attempt(["python3", "-c", script]);
  return "output" in outcome ? outcome.output : JSON.stringify(outcome);
}

describe.skipIf(health.kind === "unavailable")("from inside, nobody", () => {
  let server: Server;
  let connections = 0;
  let port = 0;
  beforeAll(async () => {
    server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
  });
  afterAll(() => server.close());

  test.each([
    ["a file of the host", `cat ${canaryPath}`],
    ["the host's root through a process", `cat /proc/1/root${canaryPath} /proc/self/cwd/../..${canaryPath}`],
    ["the password hashes", "cat /etc/shadow"],
    ["keys in home folders", "cat /root/.ssh/* /home/*/.ssh/*"],
    ["the kernel's memory and log", "head -c 1 /proc/kcore; dmesg; head -c 1 /dev/mem"],
  ])("reads %s", async (_what, script) => {
    const output = await shell(`(${script}) 2>/dev/null; echo end`);

    expect(output).toBe("end\n");
  });

  test("finds a secret in any environment or command line that it can see", async () => {
    process.env["SANDBOX_TEST_CANARY"] = canary;
    const output = await shell("cat /proc/[0-9]*/environ /proc/[0-9]*/task/*/environ; env; echo end").finally(
      () => {
        delete process.env["SANDBOX_TEST_CANARY"];
      },
    );

    expect(output).toContain("end");
    expect(output).not.toContain(canary);
  });

  test("sees a process of the host", async () => {
    const output = await shell("cat /proc/[0-9]*/cmdline | tr '\\0' ' '");

    expect(output).toContain("cat /proc/");
    expect(output).not.toContain("vitest");
  });

  test("reaches a port of the host", async () => {
    const output = await python(`
import socket
for host in ("127.0.0.1", "::1", "localhost", "10.0.0.1"):
    try:
        socket.create_connection((host, ${port}), 1); print("escaped", host)
    except OSError as error:
        print("held", type(error).__name__)
print(socket.if_nameindex())`);

    expect(output.match(/held/gu)).toHaveLength(4);
    expect(output).toContain("[(1, 'lo')]");
    expect(connections).toBe(0);
  });

  test("reaches a socket of the host by path or by abstract name", async () => {
    const names = [join(folder, "unix.sock"), `\0aas-test-${process.pid}`];
    const servers = await Promise.all(names.map(listen));

    const output = await python(`
import socket
for name in (${JSON.stringify(names[0])}, "\\0aas-test-${process.pid}"):
    try:
        socket.socket(socket.AF_UNIX).connect(name); print("escaped", repr(name))
    except OSError as error:
        print("held")`).finally(() => servers.forEach((each) => each.close()));

    expect(output).toBe("held\nheld\n");
  });

  test("writes anywhere but where its files are", async () => {
    const places =
      "/ /usr /usr/bin /etc /etc/alternatives /dev /opt /opt/node/bin /out /proc /proc/sys/kernel /var /mnt";

    const output = await shell(`for place in ${places} ${folder}; do
      (: >$place/escaped) 2>/dev/null && echo "escaped to $place"
    done; for place in /box /tmp /home /dev/shm; do : >$place/fine || echo "cannot write $place"; done`);

    expect(output).toBe("");
  });

  test("changes a setting of the kernel", async () => {
    const output = await shell(`for setting in kernel/core_pattern kernel/hostname vm/drop_caches; do
      (echo x >/proc/sys/$setting) 2>/dev/null && echo "escaped $setting"
    done; (echo x >/proc/sysrq-trigger) 2>/dev/null && echo escaped; ls /sys 2>/dev/null && echo escaped; echo end`);

    expect(output).toBe("end\n");
  });

  test("raises a limit", async () => {
    const output = await python(`
import resource
for name in ("NPROC", "DATA", "FSIZE", "CPU", "NOFILE", "CORE", "MEMLOCK"):
    soft, hard = resource.getrlimit(getattr(resource, "RLIMIT_" + name))
    assert hard != resource.RLIM_INFINITY, name
    try:
        resource.setrlimit(getattr(resource, "RLIMIT_" + name), (hard + 1, hard + 1)); print("escaped", name)
    except ValueError:
        pass
print("end")`);

    expect(output).toBe("end\n");
  });

  test("makes namespaces, becomes root or gains a right", async () => {
    const output = await shell(`for kind in user mount pid net ipc uts cgroup; do
      unshare --$kind true 2>/dev/null && echo "escaped by $kind"
    done; unshare --user --map-root-user true 2>/dev/null && echo escaped; su -c true 2>/dev/null && echo escaped
    grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status`);

    expect(output.replaceAll("\t", " ")).toBe(
      "CapEff: 0000000000000000\nCapBnd: 0000000000000000\nNoNewPrivs: 1\nSeccomp: 2\n",
    );
  });

  test("asks the kernel for what no test needs", async () => {
    const arch: SandboxArch = process.arch === "arm64" ? "arm64" : "x64";
    const calls = Object.entries({ ...forbiddenSyscalls, ...hiddenSyscalls })
      .filter(([, numbers]) => numbers[arch] !== null)
      .map(([name, numbers]) => [name, numbers[arch]]);

    const output = await python(`
import ctypes, json
libc = ctypes.CDLL(None, use_errno=True)
def ask(number, *args):
    ctypes.set_errno(0)
    libc.syscall(ctypes.c_long(number), *(list(args) + [ctypes.c_long(0)] * (5 - len(args))))
    return ctypes.get_errno()
answers = {}
for name, number in json.loads('${JSON.stringify(calls)}'):
    answers.setdefault(ask(number), []).append(name)
print(json.dumps({errno: len(names) for errno, names in answers.items()}))
print(ask(${guardedSyscalls.ioctl[arch]}, ctypes.c_long(0), ctypes.c_long(0x5412), ctypes.c_char_p(b"x")))
print([ask(${guardedSyscalls.socket[arch]}, ctypes.c_long(family), ctypes.c_long(1)) for family in (17, 38, 40)])
print(ask(${guardedSyscalls.shmget[arch]}, ctypes.c_long(0), ctypes.c_long(1 << 20), ctypes.c_long(0o1600)))`);

    const hidden = Object.keys(hiddenSyscalls).length;
    const counts = JSON.stringify({ "1": calls.length - hidden, "38": hidden });
    expect(output.replaceAll(" ", "").split("\n")).toEqual([counts, "1", "[97,97,97]", "12", ""]);
  });

  test.each([
    ["a link to the host", `rm -f {report}; ln -sf ${canaryPath} {report}`],
    ["a link in its folder", `mv {report} /tmp; ln -s ${canaryPath} /out/report.xml`],
    ["a pipe", "rm -f {report}; mkfifo {report}"],
    ["a folder", "rm -f {report}; mkdir {report}"],
    ["something too large", "truncate -s 20M {report}"],
    ["something unreadable", "truncate -s 17M {report}; chmod 000 {report}"],
  ])("hands back %s as a report", async (_what, script) => {
    const outcome = await attempt(["sh", "-c", `(${script}) 2>/dev/null; true`]);

    expect(outcome).toMatchObject({ kind: "exited", exitCode: 0, report: null });
  });
});

async function listen(name: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(name, resolve));
  return server;
}
