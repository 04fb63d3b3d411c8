import { chmodSync, cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ServerLab } from "./server-lab.fixture.ts";
import { ordinaryAccount, isRoot, makeLab, visit } from "./server-lab.fixture.ts";
import { findPlatformPackage } from "./platform-package.ts";
import type { PlatformPackage } from "./platform-package.ts";

test.each([2, 5])("%i processes that start at once make one server and share it", async (count) => {
  await using lab = makeLab();

  const clients = Array.from({ length: count }, () => lab.start());
  const reports = await Promise.all(clients.map(async ({ report }) => await report));

  const servers = new Set(
    reports.map((report) =>
      report?.kind === "connected" ? `${report.systemId} ${report.startedAt}` : JSON.stringify(report),
    ),
  );
  expect(servers.size).toBe(1);
  expect(Math.max(...reports.map((report) => (report?.kind === "connected" ? report.rows : 0)))).toBe(count);
  expect(leftovers(lab)).toEqual([]);
});

test("two projects at once have a database each on one server", async () => {
  await using lab = makeLab();

  const [first, second] = await Promise.all([
    visit(lab, { database: "one" }),
    visit(lab, { database: "two" }),
  ]);

  expect(first).toMatchObject({ kind: "connected", rows: 1 });
  expect(second).toMatchObject({ kind: "connected", rows: 1 });
});

test("the server runs as a uid that is not root, behind a private folder, whatever the umask", async () => {
  await using lab = makeLab();

  const report = await visit(lab, { umask: 0o077 });

  const serverUid = isRoot ? 65_533 : process.getuid?.();
  expect(report).toMatchObject({ kind: "connected", serverUid, socketMode: "700" });
});

test.skipIf(!isRoot)(
  "an ordinary user starts it from read-only packages that lack their symbolic links",
  async () => {
    await using lab = makeLab(ordinaryAccount);
    await using packages = makeLab();
    const source = readOnlyCopy(packages.stateFolder);

    const report = await visit(lab, { source }, { account: ordinaryAccount });

    expect(report).toMatchObject({
      kind: "connected",
      uid: 65_534,
      serverUid: 65_534,
      version: source.version,
    });
  },
);

function readOnlyCopy(folder: string): PlatformPackage {
  const original = findPlatformPackage();
  cpSync(join(original.folder, "native"), join(folder, "native"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) rmSync(path);
    else chmodSync(path, entry.isDirectory() || path.includes("/bin/") ? 0o555 : 0o444);
  }
  return { folder, version: original.version };
}

function leftovers({ layout }: ServerLab): readonly string[] {
  return readdirSync(layout.home).filter((name) => name.includes("draft") || name.startsWith("start.lock"));
}
