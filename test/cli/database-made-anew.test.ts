import { rmSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, expect, test } from "vitest";
import { stopEmbeddedServer } from "../../src/adapters/postgres/embedded/embedded-server.ts";
import { emptyDatabaseForTests } from "../../src/testing/postgres-for-tests.ts";
import { openCommandLine } from "./command-line.ts";

/** A note beside the project says that the tables are there; the database may be another one by now. */
const line = openCommandLine();
const repository = line.setUpRepository("shop");
afterAll(() => line.close());

test("a private database whose folder was deleted is made anew by the next command, tables and all", async () => {
  expect((await line.run(["task", "list"], { cwd: repository.folder })).code).toBe(0);
  const home = join(line.stateFolder, "postgres");
  await stopServer();
  rmSync(home, { recursive: true });

  const { code, stderr } = await line.run(["task", "list"], { cwd: repository.folder });

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test("a team's database that was dropped and created again gets its tables from the next command", async () => {
  const server = await emptyDatabaseForTests();
  const env = { AAS_DATABASE_URL: server.url };
  try {
    const first = await line.run(["automate", "list"], { cwd: repository.folder, env });
    await queryAt(server.url, "drop schema aas cascade");

    const second = await line.run(["automate", "list"], { cwd: repository.folder, env });

    expect(second).toEqual(first);
    expect(second.code).toBe(0);
  } finally {
    await server.drop();
  }
});

/** A keeper ends the server only when nobody is connected; the last command may still be on its way out. */
async function stopServer(): Promise<void> {
  await expect.poll(() => stopEmbeddedServer(line.stateFolder), { timeout: 20_000 }).toBe("stopped");
}

async function queryAt(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(text);
  await client.end();
}
