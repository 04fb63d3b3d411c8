import { chmodSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { limits, never, openSandboxLab } from "./sandbox-lab.fixture.ts";

const lab = await openSandboxLab();
const { folder, health, job, outputOf, sandbox, sandboxWith } = lab;
afterAll(() => lab[Symbol.dispose]());

describe.skipIf(health.kind === "unavailable")("a job in the sandbox", () => {
  test("sees a writable copy of the tree, without git's folder, and leaves the tree as it was", async () => {
    const output = await outputOf(["sh", "-c", "pwd; ls -A; echo changed >hello.txt; cat hello.txt"]);

    expect(output).toBe("/box\nhello.txt\nchanged\n");
    expect(await outputOf(["cat", "hello.txt"])).toBe("hello");
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
});

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
