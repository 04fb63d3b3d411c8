import { PGlite } from "@electric-sql/pglite";
import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import { Pool } from "pg";
import { afterAll } from "vitest";
import { describeDatabase } from "../../testing/describe-database.ts";
import { migratePool } from "./migrate.ts";
import { readMigrations } from "./migration-files.ts";
import { openPostgresDatabase } from "./postgres-database.ts";

const closers: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const close of closers) await close();
});

describeDatabase("PGlite, through a pool of one", async () => {
  const pglite = new PGlite();
  const pool = new Pool(Object.assign(createPgConfig(pglite), { max: 1 }));
  closers.push(
    () => pool.end(),
    () => pglite.close(),
  );
  await migratePool(pool, await readMigrations());
  return openPostgresDatabase({ pool });
});
