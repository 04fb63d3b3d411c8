import { existsSync, renameSync, utimesSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { isAasError } from "../../../domain/errors.ts";
import { openEmbeddedServer, stopEmbeddedServer } from "./embedded-server.ts";
import type { PlatformPackage } from "./platform-package.ts";
import { findPlatformPackage } from "./platform-package.ts";
import { findPostmaster } from "./postmaster.ts";
import type { ServerLab } from "./server-lab.fixture.ts";
import { makeLab, visit, waitUntil } from "./server-lab.fixture.ts";

describe("a server", () => {
  // So deep that a socket in it would have too long a name.
  const lab = makeLab(undefined, "deep/".repeat(20));
  const { stateFolder, layout } = lab;

  afterEach(async () => {
    await waitUntil(() => findPostmaster(layout.dataFolder) === null);
  });

  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
  });

  test("ends when nobody has used it for a while, and starts again with what it knew", async () => {
    const idleStopMs = 400;
    const client = await connect({ idleStopMs });
    await client.query("create table if not exists kept as select 7 as x");
    await client.end();
    await waitUntil(() => findPostmaster(layout.dataFolder) === null);

    const again = await connect({ idleStopMs });
    const { rows } = await again.query("select x from kept");
    await again.end();

    expect(rows).toEqual([{ x: 7 }]);
  });

  test("does not end under a client that is connected and says nothing", async () => {
    const client = await connect({ idleStopMs: 200 });
    await delay(1500);

    const { rows } = await client.query("select 1 as x");
    await client.end();

    expect(rows).toEqual([{ x: 1 }]);
  });

  test("never ends between an attach and its connection, however they meet", async () => {
    const idleStopMs = 300;
    const answers: unknown[] = [];
    for (let round = 0; round < 8; round += 1) {
      const client = await connect({ idleStopMs });
      await client.query("select 1");
      await client.end();
      answers.push(round);
      // Sweeps over the moment at which the keeper closes the door, about 300 to 500 ms after the last client.
      await delay(250 + round * 40);
    }

    expect(answers).toHaveLength(8);
  });

  test("is started again by whoever opens a database long after he opened the server", async () => {
    const server = await openEmbeddedServer({ stateFolder, idleStopMs: 300 });
    await waitUntil(() => findPostmaster(layout.dataFolder) === null);

    const client = new Client({ connectionString: await server.openDatabase("later") });
    await client.connect();
    const { rows } = await client.query("select current_database() as name");
    await client.end();

    expect(rows).toEqual([{ name: "later" }]);
  });

  test("gets its name back from its keeper when a closer died half way", async () => {
    const client = await connect({ idleStopMs: 400 });
    renameSync(layout.socketFile, `${layout.socketFile}.closing.999999999-1`);

    await waitUntil(() => existsSync(layout.socketFile));
    const { rows } = await client.query("select 1 as x");
    await client.end();

    expect(rows).toEqual([{ x: 1 }]);
  });

  test("is stopped at once when asked, but not under a client", async () => {
    const client = await connect({ idleStopMs: 20_000 });

    expect(await stopEmbeddedServer(stateFolder)).toBe("in_use");
    expect((await client.query("select 1 as x")).rows).toEqual([{ x: 1 }]);
    await client.end();
    expect(await stopEmbeddedServer(stateFolder)).toBe("stopped");
    expect(await stopEmbeddedServer(stateFolder)).toBe("not_running");
  });

  test("has its socket in a short folder when its own path is too long for one", async () => {
    const server = await openEmbeddedServer({ stateFolder, idleStopMs: 200 });

    expect(server.socketFolder).toMatch(/^\/tmp\/aas-[0-9a-f]{20}$/);
  });

  test("refuses a database name that would need quoting", async () => {
    const server = await openEmbeddedServer({ stateFolder, idleStopMs: 200 });

    const error: unknown = await server.openDatabase('x"; drop table y').catch((each: unknown) => each);

    expect(isAasError(error, "usage")).toBe(true);
  });

  async function connect({ idleStopMs }: { idleStopMs: number }): Promise<Client> {
    const server = await openEmbeddedServer({ stateFolder, idleStopMs });
    const client = new Client({ connectionString: await server.openDatabase("first") });
    await client.connect();
    return client;
  }
});

describe("newer binaries", () => {
  const source = findPlatformPackage();
  const newer: PlatformPackage = { ...source, version: "18.999.0" };

  test("take over when nobody is connected, and not before", async () => {
    await using lab = makeLab();
    const guest = lab.start();
    await guest.report;
    forgetAttach(lab);

    expect(await visit(lab, { source: newer })).toMatchObject({ version: source.version, rows: 2 });
    await guest.end();
    forgetAttach(lab);
    expect(await visit(lab, { source: newer })).toMatchObject({ version: newer.version, rows: 3 });
    forgetAttach(lab);
    expect(await visit(lab)).toMatchObject({ version: newer.version, rows: 4 });
  });

  test("wait while somebody has attached but not connected yet", async () => {
    await using lab = makeLab();
    const options = { stateFolder: lab.stateFolder, idleStopMs: 20_000 };
    const early = await openEmbeddedServer(options);

    await openEmbeddedServer(options, () => newer);
    const client = new Client({ connectionString: await early.openDatabase("postgres") });
    await client.connect();
    const { rows } = await client.query("select current_setting('cluster_name') as version");
    await client.end();

    expect(rows).toEqual([{ version: source.version }]);
  });

  test("of another major version are refused with the way to bring the data over", async () => {
    await using lab = makeLab();
    await visit(lab);
    expect(await stopEmbeddedServer(lab.stateFolder)).toBe("stopped");

    const report = await visit(lab, { source: { ...source, version: "19.0.0" } });

    expect(report).toMatchObject({
      kind: "failed",
      code: "database_unavailable",
      message: expect.stringMatching(/PostgreSQL 18.*PostgreSQL 19/) as unknown,
      cure: expect.stringContaining("aas db export") as unknown,
    });
  });
});

/** As if the last attach were long ago. */
function forgetAttach({ layout }: ServerLab): void {
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(layout.attachMark, longAgo, longAgo);
}
