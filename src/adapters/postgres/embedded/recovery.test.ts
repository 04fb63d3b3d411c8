import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { openEmbeddedServer } from "./embedded-server.ts";
import { findPostmaster } from "./postmaster.ts";
import { identityOf } from "./process-identity.ts";
import { childrenOf, keeperPid, killNow, makeLab, visit, waitUntil } from "./server-lab.fixture.ts";

describe("after a crash the next one who opens", () => {
  const lab = makeLab();
  let rows = 0;

  beforeEach(async () => {
    rows = rowsOf(await visit(lab));
  });

  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
  });

  test("starts it again when the postmaster was killed", async () => {
    killNow(postmaster());

    expect(rowsOf(await visit(lab))).toBe(rows + 1);
  });

  test("starts it again when the server was killed with all its children and its keeper", async () => {
    const pid = postmaster();
    for (const each of [pid, ...childrenOf(pid), keeperPid(lab.layout) ?? pid]) killNow(each);

    expect(rowsOf(await visit(lab))).toBe(rows + 1);
    expect(identityOf(keeperPid(lab.layout) ?? 0)).not.toBeNull();
  });

  test("starts it again when the killed postmaster stays a zombie, because its parent does not look", async () => {
    killNow(postmaster());
    await waitUntil(() => findPostmaster(lab.layout.dataFolder) === null);
    const parent = lab.start();
    await parent.report;
    const pid = postmaster();
    parent.process.kill("SIGSTOP");
    killNow(pid);
    await waitUntil(() => readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z "));

    expect(rowsOf(await visit(lab))).toBe(rows + 2);
    expect(readFileSync(`/proc/${pid}/stat`, "utf8")).toContain(") Z ");
    parent.process.kill("SIGKILL");
  });

  test("is not stopped by lock files that name a dead process or a stranger", async () => {
    const pid = postmaster();
    for (const each of [pid, ...childrenOf(pid)]) killNow(each);
    await waitUntil(() => findPostmaster(lab.layout.dataFolder) === null);
    writeFileSync(
      join(lab.layout.dataFolder, "postmaster.pid"),
      `${process.pid}\n${lab.layout.dataFolder}\n`,
    );
    writeFileSync(`${lab.layout.socketFile}.lock`, `${process.pid}\n`);
    writeFileSync(lab.layout.startLock, `${pid}-12345-${randomBytes(6).toString("hex")}`);

    expect(existsSync(lab.layout.socketFile)).toBe(true);
    expect(rowsOf(await visit(lab))).toBe(rows + 1);
    expect(existsSync(lab.layout.startLock)).toBe(false);
  });

  test("gets a server whose socket somebody has removed", async () => {
    rmSync(lab.layout.socketFile);

    expect(rowsOf(await visit(lab))).toBe(rows + 1);
  });

  test("finds a server whose name somebody took away and died", async () => {
    const before = postmaster();
    renameSync(lab.layout.socketFile, `${lab.layout.socketFile}.closing.999999999-1`);
    writeFileSync(join(lab.layout.socketFolder, "closing.999999999-1"), "");

    expect(rowsOf(await visit(lab))).toBe(rows + 1);
    expect(postmaster()).toBe(before);
  });

  test("gives a living server without a keeper a new one", async () => {
    const before = postmaster();
    killNow(keeperPid(lab.layout) ?? 0);

    await visit(lab);

    expect(postmaster()).toBe(before);
    await waitUntil(() => identityOf(keeperPid(lab.layout) ?? 0) !== null);
  });

  test("is led nowhere by PostgreSQL's variables in the user's shell", async () => {
    const env = {
      PGHOST: "nowhere.invalid",
      PGPORT: "1",
      PGUSER: "nobody",
      PGDATABASE: "none",
      PGSSLMODE: "require",
    };

    expect(rowsOf(await visit(lab, {}, { env }))).toBe(rows + 1);
  });

  test("attaches to a warm server in a few milliseconds", async () => {
    const options = { stateFolder: lab.stateFolder, idleStopMs: 20_000 };
    const times: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const startedAt = performance.now();
      const server = await openEmbeddedServer(options);
      await server.openDatabase("first");
      times.push(performance.now() - startedAt);
    }

    const median = times.toSorted((left, right) => left - right)[10] ?? 0;
    process.stdout.write(`bench: warm attach, median of 20: ${median.toFixed(1)} ms\n`);
    expect(times).toHaveLength(20);
  });

  function postmaster(): number {
    return findPostmaster(lab.layout.dataFolder) ?? 0;
  }
});

test("a starter killed while copying, while initialising or while starting leaves nothing in the way of the next", async () => {
  await using lab = makeLab();
  const { home, dataFolder } = lab.layout;
  const moments = [
    () => namesIn(home).some((name) => name.startsWith("binaries-") && name.endsWith(".draft")),
    () => existsSync(join(`${dataFolder}.draft`, "PG_VERSION")),
    () => existsSync(join(dataFolder, "postmaster.pid")),
  ];

  for (const isNow of moments) {
    const client = lab.start();
    await waitUntil(isNow);
    client.process.kill("SIGKILL");
    expect(await client.report).toBeNull();
  }

  expect(rowsOf(await visit(lab))).toBe(1);
  // The dead starter's lock may stay as long as its server answers; it must not stop the next start.
  killNow(findPostmaster(dataFolder) ?? 0);
  expect(rowsOf(await visit(lab))).toBe(2);
  expect(namesIn(home).filter((name) => name.includes("draft") || name.startsWith("start.lock"))).toEqual([]);
});

test("those who wait for a starter that is killed go on without it", async () => {
  await using lab = makeLab();

  const starter = lab.start();
  await waitUntil(() => existsSync(`${lab.layout.dataFolder}.draft`));
  const waiting = [lab.start(), lab.start(), lab.start()];
  starter.process.kill("SIGKILL");
  const reports = await Promise.all(waiting.map(async ({ report }) => await report));

  expect(await starter.report).toBeNull();
  expect(Math.max(...reports.map(rowsOf))).toBe(3);
});

function rowsOf(report: Awaited<ReturnType<typeof visit>>): number {
  if (report?.kind !== "connected") throw new Error(`not connected: ${JSON.stringify(report)}`);
  return report.rows;
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
