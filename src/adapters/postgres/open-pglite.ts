import type { PGlite as PGliteClass } from "@electric-sql/pglite";
import type { createPgConfig as createConfig } from "@electric-sql/pglite/node-postgres";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Pool } from "pg";
import { AasError } from "../../domain/errors.ts";
import { migratePool } from "./migrate.ts";
import { readMigrations } from "./migration-files.ts";

export interface OpenedPglite {
  readonly pool: Pool;
  readonly close: () => Promise<void>;
}

/** PostgreSQL inside this process, for one process alone. The caller holds the folder's lock: nothing else protects it. */
export async function openPglite(folder: string | null): Promise<OpenedPglite> {
  const { PGlite, createPgConfig } = await loadPglite();
  if (folder !== null) mkdirSync(dirname(folder), { recursive: true });
  const pglite = folder === null ? new PGlite() : new PGlite(folder);
  const pool = new Pool(Object.assign(createPgConfig(pglite), { max: 1 }));
  await migratePool(pool, await readMigrations());
  return {
    pool,
    close: async () => {
      await pool.end();
      await pglite.close();
    },
  };
}

interface PgliteModules {
  readonly PGlite: typeof PGliteClass;
  readonly createPgConfig: typeof createConfig;
}

/** Not among the dependencies: it is large, and few machines need it. */
async function loadPglite(): Promise<PgliteModules> {
  try {
    const { PGlite } = await import("@electric-sql/pglite");
    const { createPgConfig } = await import("@electric-sql/pglite/node-postgres");
    return { PGlite, createPgConfig };
  } catch (error) {
    throw new AasError("database_unavailable", "AAS_STORE=pglite needs a package that is not installed.", {
      cure: "npm install -g @electric-sql/pglite",
      cause: error,
    });
  }
}
