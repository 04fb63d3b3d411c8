import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../src/testing/git-fixtures.ts";

/** Only what is started in this namespace sees the small disk. */
const unshare = ["--mount", "--propagation", "private"];
const mayMount = process.getuid?.() === 0 && spawnSync("unshare", [...unshare, "true"]).status === 0;
if (!mayMount) process.stdout.write("skipped: the full disk, unshare may not mount a small one here\n");

const fixture = fileURLToPath(new URL("full-disk.fixture.ts", import.meta.url));
const mountAndRun = 'mount -t tmpfs -o size=300m,mode=755 none "$0" && exec "$@"';

test.skipIf(!mayMount)(
  "a disk that gets full during a run is named to who watches and to who asks, and the run goes on when there is room",
  async () => {
    using scratch = temporaryFolder("aas-full-");
    const disk = join(scratch.path, "disk");
    mkdirSync(disk);
    // The private server of root runs as another user, who must be able to pass.
    chmodSync(scratch.path, 0o711);

    const said = await outputOf(disk, scratch.path);

    expect(JSON.parse(said)).toEqual({
      code: 0,
      said: expect.stringMatching(/disk_full: [^]*fix: Make room[^]*Landed on main as /u),
      refused: {
        code: "disk_full",
        message: expect.any(String),
        fix: expect.stringMatching(/^(?:Make room|Free space)/u),
        retryable: true,
      },
    });
    expect(said.split("No worker runs").length).toBeLessThan(3);
  },
  180_000,
);

function outputOf(disk: string, elsewhere: string): Promise<string> {
  const command = ["env", `TMPDIR=${disk}`, process.execPath, fixture, elsewhere];
  const child = spawn("unshare", [...unshare, "sh", "-c", mountAndRun, disk, ...command], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 170_000,
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  return new Promise((resolve) => void child.on("close", () => resolve(said)));
}
