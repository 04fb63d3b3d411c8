import { chmodSync, readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findProjectHome } from "../../src/app/project/project-home.ts";
import { openCommandLine } from "./command-line.ts";

const line = openCommandLine();
const { folder } = line.setUpRepository("shop");

afterAll(() => line.close());

test("a damaged mirror is named by aas doctor, and its cure makes it whole from the repository", async () => {
  await line.run(["init", "--yes"], { cwd: folder });
  expect(await lookAtMirror()).toMatchObject({ verdict: "ok" });
  const mirror = join(findProjectHome(folder, { AAS_STATE_HOME: line.stateFolder }).folder, "mirror.git");
  const packs = join(mirror, "objects", "pack");
  const pack = join(packs, readdirSync(packs).find((name) => name.endsWith(".pack")) ?? "");
  chmodSync(pack, 0o644);
  truncateSync(pack, 30);

  const damaged = await lookAtMirror();
  const mended = await line.run(["init", "--yes"], { cwd: folder });

  expect(damaged).toMatchObject({ verdict: "fail", cure: "aas init" });
  expect(damaged?.detail).toContain(`${mirror} is damaged\n`);
  expect(mended.stderr).toContain("The mirror is damaged; what is broken is taken from your repository");
  expect(mended.code).toBe(0);
  expect(await lookAtMirror()).toMatchObject({ verdict: "ok" });
});

interface Look {
  readonly id: string;
  readonly detail: string;
}

async function lookAtMirror(): Promise<Look | undefined> {
  const { document } = await line.runJson(["doctor"], { cwd: folder });
  return (document.result.checks as readonly Look[]).find(({ id }) => id === "mirror");
}
