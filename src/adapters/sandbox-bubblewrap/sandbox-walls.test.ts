import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { never, openSandboxLab } from "./sandbox-lab.fixture.ts";

const lab = await openSandboxLab();
const { folder, health, job, sandbox, sandboxWith } = lab;
afterAll(() => lab[Symbol.dispose]());

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
