import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../testing/git-fixtures.ts";
import { openProcessFolder } from "./process-folder.ts";

async function remove(path: string): Promise<void> {
  rmSync(path, { recursive: true });
}

test("what a process left that died is removed, what a living one has stays", async () => {
  using folder = temporaryFolder();
  const dead = String(spawnSync("true").pid);
  mkdirSync(join(folder.path, dead, "left"), { recursive: true });
  writeFileSync(join(folder.path, `${dead}.lock`), `${dead} 1\n`);
  mkdirSync(join(folder.path, "nobody"));

  const own = await openProcessFolder(folder.path, remove);
  mkdirSync(join(own, "busy"), { recursive: true });
  const again = await openProcessFolder(folder.path, remove);

  expect(again).toBe(own);
  expect(readdirSync(folder.path).toSorted()).toEqual([String(process.pid), `${process.pid}.lock`]);
  expect(readdirSync(own)).toEqual(["busy"]);
});
