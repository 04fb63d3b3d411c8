import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isAasError } from "../../../domain/errors.ts";
import { findPlatformPackage, isNewer } from "./platform-package.ts";
import { ordinaryAccount, isRoot, makeLab, visit } from "./server-lab.fixture.ts";

const unshare = ["unshare", "--mount", "--propagation", "private"];
const mayMount = isRoot && spawnSync("unshare", [...unshare.slice(1), "true"]).status === 0;
if (!isRoot) process.stdout.write("skipped: tests of starting as root, this is an ordinary user\n");
if (!mayMount)
  process.stdout.write("skipped: tests of a full disk, unshare may not mount a small one here\n");

test.skipIf(!isRoot)(
  "a state folder that the server's uid may not enter is named with the cure",
  async () => {
    await using lab = makeLab(undefined, "closed/state");
    mkdirSync(join(lab.stateFolder, ".."), { mode: 0o700 });

    const report = await visit(lab);

    expect(report).toMatchObject({
      kind: "failed",
      code: "database_unavailable",
      message: expect.stringContaining("may not enter") as unknown,
      cure: expect.stringMatching(/chmod o\+x .*closed, or set AAS_STATE_HOME/) as unknown,
    });
  },
);

test("a folder that cannot be written is named with the cure", async () => {
  await using lab = makeLab(undefined, "file/state");
  writeFileSync(join(lab.stateFolder, ".."), "not a folder");

  expect(await visit(lab)).toMatchObject({
    kind: "failed",
    code: "database_unavailable",
    message: expect.stringContaining(lab.layout.home) as unknown,
    cure: expect.stringContaining("AAS_STATE_HOME") as unknown,
  });
});

test.skipIf(!isRoot)("a database of somebody else is not touched", async () => {
  await using lab = makeLab();
  mkdirSync(lab.layout.home);
  chmodSync(lab.layout.home, 0o777);

  const report = await visit(lab, {}, { account: ordinaryAccount });

  expect(report).toMatchObject({
    code: "database_unavailable",
    message: expect.stringContaining("belongs to uid 0") as unknown,
  });
});

test.skipIf(!mayMount).each([
  ["copying the binaries", "30m"],
  ["making the data folder", "80m"],
])("a disk that gets full while %s is called that", async (_moment, size) => {
  await using lab = makeLab();
  const script = `mount -t tmpfs -o size=${size},mode=755 none "$0" && exec "$@"`;

  const report = await visit(lab, {}, { wrapper: [...unshare, "sh", "-c", script, lab.stateFolder] });

  expect(report).toMatchObject({
    kind: "failed",
    code: "disk_full",
    cure: expect.stringContaining("free about") as unknown,
  });
});

test("a path that a shell would read as more than a path is refused with the cure", async () => {
  await using lab = makeLab(undefined, "st$ate/state");

  expect(await visit(lab)).toMatchObject({
    kind: "failed",
    code: "config_invalid",
    message: expect.stringContaining("st$ate") as unknown,
    cure: expect.stringMatching(/^Set AAS_STORE=pglite, or AAS_STATE_HOME/) as unknown,
  });
});

test("what initdb says in the end stands in the error", async () => {
  await using lab = makeLab();
  await using packages = makeLab();
  writeProgram(packages.stateFolder, "initdb", "echo first; echo 'initdb: no luck today' >&2; exit 1");

  const report = await visit(lab, { source: { folder: packages.stateFolder, version: "18.4.0" } });

  expect(report).toMatchObject({
    code: "database_unavailable",
    message: expect.stringContaining("no luck today") as unknown,
  });
});

test("what postgres says in the end stands in the error, after some tries", async () => {
  await using lab = makeLab();
  await using packages = makeLab();
  writeProgram(packages.stateFolder, "initdb", 'echo 18 > "$2/PG_VERSION"');
  writeProgram(packages.stateFolder, "postgres", "echo 'FATAL: not in the mood'; exit 1");

  const report = await visit(lab, { source: { folder: packages.stateFolder, version: "18.4.0" } });

  expect(report).toMatchObject({
    code: "database_unavailable",
    message: expect.stringMatching(/ended with code 1[^]*not in the mood/) as unknown,
    cure: expect.stringContaining("server.log") as unknown,
  });
});

test("a platform without a package is named with the cure", () => {
  const error = errorOf(() => findPlatformPackage("plan9-mips"));

  expect(isAasError(error, "database_unavailable")).toBe(true);
  expect(error).toMatchObject({
    message: expect.stringContaining("plan9-mips") as unknown,
    cure: expect.stringMatching(/AAS_DATABASE_URL.*AAS_STORE=pglite/) as unknown,
  });
});

test.each([
  ["18.4.0-beta.17", "18.4.0-beta.17", false],
  ["18.4.0-beta.18", "18.4.0-beta.17", true],
  ["18.4.0-beta.9", "18.4.0-beta.17", false],
  ["18.10.0", "18.9.0", true],
  ["18.4.0", "18.5.0", false],
  ["18.4.0", "", true],
])("%s is newer than %s: %s", (version, than, expected) => {
  expect(isNewer(version, than)).toBe(expected);
});

function writeProgram(folder: string, name: string, script: string): void {
  const bin = join(folder, "native", "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

function errorOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
