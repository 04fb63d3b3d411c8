import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import type { InspectedDatabase } from "../../adapters/postgres/inspect-database.ts";
import type { StoreChoice } from "../project/open-store.ts";
import { messageOf } from "../../domain/errors.ts";
import { type Diagnosis, fail, failOf, ok } from "./diagnosis.ts";

export interface ExaminedDatabase {
  readonly diagnosis: Diagnosis;
  /** Null when there are no tables to ask. */
  readonly url: string | null;
}

/**
 * Whether the facts can be opened, and by this version. The private server is started if it is not there, as any command
 * would do; no database and no table is made or changed.
 */
export async function examineDatabase(
  choice: StoreChoice,
  databaseName: string | null,
): Promise<ExaminedDatabase> {
  try {
    switch (choice.kind) {
      case "pglite":
        return { diagnosis: examinePglite(choice.folder), url: null };
      case "server":
        return await examineTeams(choice.url);
      case "embedded":
        return await examineEmbedded(choice.stateFolder, databaseName);
    }
  } catch (error) {
    return { diagnosis: failOf("database", error), url: null };
  }
}

async function examineTeams(url: string): Promise<ExaminedDatabase> {
  try {
    return await examineAt(url, "of a team");
  } catch (error) {
    const cure = "Check that the database runs and that AAS_DATABASE_URL names it.";
    return { diagnosis: fail("database", messageOf(error), cure), url: null };
  }
}

/** It is not opened: only one process can, and a worker may be that one. */
function examinePglite(folder: string): Diagnosis {
  try {
    createRequire(import.meta.url).resolve("@electric-sql/pglite");
    return ok("database", `inside one process, in ${folder} (not opened)`);
  } catch {
    return fail(
      "database",
      "AAS_STORE=pglite needs a package that is not installed",
      "npm install -g @electric-sql/pglite",
    );
  }
}

async function examineEmbedded(stateFolder: string, databaseName: string | null): Promise<ExaminedDatabase> {
  const { layoutOf } = await import("../../adapters/postgres/embedded/server-layout.ts");
  const { openEmbeddedServer } = await import("../../adapters/postgres/embedded/embedded-server.ts");
  const { hasDatabase } = await import("../../adapters/postgres/inspect-database.ts");
  const wasRunning = existsSync(layoutOf(stateFolder).socketFile);
  const server = await openEmbeddedServer({ stateFolder, idleStopMs });
  const whose = wasRunning ? "private" : "private, started for this look, stops when idle";
  const maintenanceUrl = await server.openDatabase("postgres");
  const isThere = databaseName !== null && (await hasDatabase(maintenanceUrl, databaseName));
  return examineAt(isThere ? await server.openDatabase(databaseName) : maintenanceUrl, whose);
}

const idleStopMs = 5 * 60_000;

async function examineAt(url: string, whose: string): Promise<ExaminedDatabase> {
  const { inspectDatabase } = await import("../../adapters/postgres/inspect-database.ts");
  const found = await inspectDatabase(url);
  return { diagnosis: judgeDatabase(found, whose), url: found.tables.kind === "current" ? url : null };
}

export function judgeDatabase(
  { serverVersion, isReadOnly, tables }: InspectedDatabase,
  whose: string,
): Diagnosis {
  const server = `PostgreSQL ${serverVersion} (${whose})`;
  if (isReadOnly) {
    return fail("database", `${server} only answers reads`, "Point AAS_DATABASE_URL at the primary server.");
  }
  switch (tables.kind) {
    case "missing":
      return ok("database", `${server}; the first command makes the tables`);
    case "behind": {
      const { applied, known } = tables;
      return ok(
        "database",
        `${server}; tables at migration ${applied} of ${known}, the next command brings them up to date`,
      );
    }
    case "current":
      return ok("database", `${server}; tables at migration ${tables.applied}`);
    case "newer": {
      const { applied, known } = tables;
      return fail(
        "database",
        `${server}; a newer aas has changed the tables (migration ${applied}, this one knows ${known})`,
        "npm install aas@latest",
      );
    }
  }
}
