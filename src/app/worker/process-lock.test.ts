import { once } from "node:events";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../testing/git-fixtures.ts";
import { readLockHolder, tryProcessLock } from "./process-lock.ts";
import { watchLock } from "./watched-lock.ts";

const fixture = fileURLToPath(new URL("process-lock.fixture.ts", import.meta.url));

test("a lock is held by one, is free again when it is released, and leaves nothing behind", () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "deep", "worker.lock");

  const lock = tryProcessLock(file);
  expect(readLockHolder(file)).toBe(process.pid);
  expect(tryProcessLock(file)).toBeNull();
  lock?.release();

  expect(readLockHolder(file)).toBeNull();
  expect(readdirSync(join(folder.path, "deep"))).toEqual([]);
});

test("released twice, it does not take the lock away from who holds it now", () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "worker.lock");
  const first = tryProcessLock(file);
  first?.release();
  const second = tryProcessLock(file);

  first?.release();

  expect(readLockHolder(file)).toBe(process.pid);
  second?.release();
});

test.each(["", "no process\n", `${process.pid} 1\n`])(
  "what the dead or a crash left in it (%j) is taken over whole",
  (left) => {
    using folder = temporaryFolder();
    const file = join(folder.path, "worker.lock");
    writeFileSync(file, left);

    const lock = tryProcessLock(file);

    expect(readLockHolder(file)).toBe(process.pid);
    lock?.release();
    expect(readdirSync(folder.path)).toEqual([]);
  },
);

test("a lock whose file was taken away is lost, told to who watches it, and leaves the next holder's alone", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "worker.lock");
  const lock = tryProcessLock(file);
  if (lock === null) throw new TypeError("The lock was free");
  using watched = watchLock(lock, 5);
  expect(lock.isHeld()).toBe(true);

  const other = `${process.ppid} ${readFileSync(`/proc/${process.ppid}/stat`, "utf8").split(") ")[1]?.split(" ")[19]}\n`;
  writeFileSync(file, other);
  await once(watched.lost, "abort");
  lock.release();

  expect(readFileSync(file, "utf8")).toBe(other);
});

test("of processes that die with the lock in their hands, never two hold it at once", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "worker.lock");

  const ends = await Promise.all(Array.from({ length: 4 }, () => endOf(file, 100)));

  expect(ends).toEqual(ends.map(() => "SIGKILL"));
}, 120_000);

function endOf(file: string, times: number): Promise<string> {
  const child = spawn(process.execPath, [fixture, file, String(times)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve(signal ?? `${code}: ${said}`));
  });
}
