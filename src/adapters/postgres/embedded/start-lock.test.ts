import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isAasError } from "../../../domain/errors.ts";
import { identityOf } from "./process-identity.ts";
import { underStartLock } from "./start-lock.ts";

const deadHolder = "999999999-1-0123456789ab";
let folder = "";
let lockFile = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aas-lock-"));
  lockFile = join(folder, "start.lock");
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("never are two inside, though every holder ends by being killed", async () => {
  const countFile = join(folder, "count");
  writeFileSync(countFile, "0");
  writeFileSync(lockFile, deadHolder);

  const contenders = Array.from({ length: 6 }, () => startContender(countFile, 8));
  const ends = await Promise.all(contenders.map(async (child) => (await once(child, "exit")) as unknown[]));

  expect(ends.map(([, signal]) => signal)).toEqual(Array.from({ length: 6 }, () => "SIGKILL"));
  expect(readFileSync(countFile, "utf8")).toBe("48");
});

test("a dead holder's lock is taken over, and nothing is left afterwards", async () => {
  writeFileSync(lockFile, deadHolder);
  writeFileSync(`${lockFile}.draft-${deadHolder}`, deadHolder);
  writeFileSync(`${lockFile}.after-0123456789ab`, "999999998-1-ba9876543210");

  const inside = await underStartLock(options(1000), () => Promise.resolve(readFileSync(lockFile, "utf8")));

  expect(inside).toContain(String(process.pid));
  expect(readdirSync(folder)).toEqual([]);
});

test("a pid that a later process got does not keep the lock", async () => {
  writeFileSync(lockFile, `${process.pid}-1-0123456789ab`);

  expect(await underStartLock(options(1000), () => Promise.resolve("inside"))).toBe("inside");
});

test("a living holder is waited for until the deadline, and named then", async () => {
  writeFileSync(lockFile, `${identityOf(process.pid) ?? ""}-0123456789ab`);

  const error: unknown = await underStartLock(options(80), () => Promise.resolve("inside")).catch(
    (each: unknown) => each,
  );

  expect(isAasError(error, "database_unavailable")).toBe(true);
  expect(error).toMatchObject({
    message: expect.stringContaining(String(process.pid)) as unknown,
    retryable: true,
  });
});

test("an answer from elsewhere ends the waiting", async () => {
  writeFileSync(lockFile, `${identityOf(process.pid) ?? ""}-0123456789ab`);
  const waiting = { ...options(5000), otherwise: () => Promise.resolve("attached") };

  expect(await underStartLock(waiting, () => Promise.resolve("inside"))).toBe("attached");
});

function options(waitMs: number): {
  lockFile: string;
  deadlineAt: number;
  otherwise: () => Promise<string | null>;
} {
  return { lockFile, deadlineAt: Date.now() + waitMs, otherwise: () => Promise.resolve(null) };
}

function startContender(countFile: string, rounds: number): ReturnType<typeof spawn> {
  const program = join(import.meta.dirname, "lock-contender.fixture.ts");
  return spawn(process.execPath, [program, lockFile, countFile, String(rounds)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
