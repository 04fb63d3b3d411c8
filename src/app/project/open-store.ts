import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Mending } from "../../adapters/postgres/mending.ts";
import type { OpenedPglite } from "../../adapters/postgres/open-pglite.ts";
import { AasError } from "../../domain/errors.ts";
import type { Database } from "../../ports/database.ts";
import { readDatabaseAddress } from "./database-address.ts";
import type { Environment } from "../environment.ts";
import { packageRoot } from "../package-root.ts";
import { type ProcessLock, readLockHolder, tryProcessLock } from "../worker/process-lock.ts";
import { makeStateFolder } from "./state-folder.ts";
import type { ProjectHome } from "./project-home.ts";

/** Where the facts of a project are kept. */
export type StoreChoice =
  | { readonly kind: "embedded"; readonly stateFolder: string }
  | { readonly kind: "server"; readonly url: string }
  /** One process only: for machines where the native server cannot run. */
  | { readonly kind: "pglite"; readonly folder: string };

export interface OpenedStore {
  readonly choice: StoreChoice;
  readonly db: Database;
  /** What the durable engine connects to: the same database. */
  readonly engineTarget: EngineTarget;
  readonly close: () => Promise<void>;
}

export type EngineTarget =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "pool"; readonly pool: OpenedPglite["pool"] };

export function chooseStore(home: ProjectHome, env: Environment): StoreChoice {
  const url = readDatabaseAddress(env);
  if (url !== null) return { kind: "server", url };
  const store = env["AAS_STORE"] ?? "embedded";
  switch (store) {
    case "embedded":
      return { kind: "embedded", stateFolder: home.stateFolder };
    case "pglite":
      return { kind: "pglite", folder: join(home.folder, "pglite") };
    default:
      throw new AasError("config_invalid", `AAS_STORE is ${JSON.stringify(store)}.`, {
        cure: "Use embedded or pglite, or set AAS_DATABASE_URL.",
      });
  }
}

const serverIdleStopMs = 5 * 60_000;

/** Opens the facts of a project; starts the private server and brings the tables up to date when that is needed. */
export async function openStore(
  home: ProjectHome,
  env: Environment,
  maxConnections = 4,
): Promise<OpenedStore> {
  const choice = chooseStore(home, env);
  makeStateFolder(home.stateFolder, home.folder);
  if (choice.kind === "pglite") return openPgliteStore(choice);
  const url = await urlOf(choice, home);
  await migrateOnce(home, url);
  const { openPostgresDatabase } = await import("../../adapters/postgres/postgres-database.ts");
  const db = await openPostgresDatabase({ url, maxConnections, mending: mendingOf(choice, home, url) });
  return { choice, db, engineTarget: { kind: "url", url }, close: () => db.close() };
}

type ServerChoice = Exclude<StoreChoice, { kind: "pglite" }>;

async function urlOf(choice: ServerChoice, home: ProjectHome): Promise<string> {
  return choice.kind === "server" ? choice.url : embeddedUrl(home, choice.stateFolder);
}

/** A private server that was killed is started again by whoever misses it, as the next command would. */
function mendingOf(choice: ServerChoice, home: ProjectHome, url: string): Mending {
  return {
    makeTables: () => migrateAnew(home, url),
    restart: async () => {
      if (choice.kind === "embedded") await embeddedUrl(home, choice.stateFolder);
    },
  };
}

async function embeddedUrl(home: ProjectHome, stateFolder: string): Promise<string> {
  const { openEmbeddedServer } = await import("../../adapters/postgres/embedded/embedded-server.ts");
  const server = await openEmbeddedServer({ stateFolder, idleStopMs: serverIdleStopMs });
  return server.openDatabase(`aas_${home.id.slice(4)}`);
}

async function openPgliteStore(choice: Extract<StoreChoice, { kind: "pglite" }>): Promise<OpenedStore> {
  const { openPglite } = await import("../../adapters/postgres/open-pglite.ts");
  const { openPostgresDatabase } = await import("../../adapters/postgres/postgres-database.ts");
  const lock = takeFolder(choice.folder);
  try {
    const { pool, close } = await openPglite(choice.folder);
    const db = await openPostgresDatabase({ pool });
    const closeAll = (): Promise<void> => close().finally(() => lock.release());
    return { choice, db, engineTarget: { kind: "pool", pool }, close: closeAll };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Two processes in one PGlite folder lose each other's rows, and nothing in it would stop them. */
function takeFolder(folder: string): ProcessLock {
  const file = `${folder}.lock`;
  const lock = tryProcessLock(file);
  if (lock !== null) return lock;
  const holder = readLockHolder(file) ?? "another process";
  throw new AasError("conflict", `Process ${holder} holds the facts: with AAS_STORE=pglite only one can.`, {
    cure: "Wait until it ends.",
    retryable: true,
  });
}

/** The newest migration that a database is known to have is noted beside the project, so that most starts ask nothing. */
async function migrateOnce(home: ProjectHome, url: string): Promise<void> {
  const note = noteFileOf(home);
  if (existsSync(note) && readFileSync(note, "utf8") === noteOf(url)) return;
  await migrateAnew(home, url);
}

/** The note is forgotten first: should this fail, the next command tries it again. */
async function migrateAnew(home: ProjectHome, url: string): Promise<void> {
  const { migrateDatabase } = await import("../../adapters/postgres/migrate.ts");
  rmSync(noteFileOf(home), { force: true });
  await migrateDatabase(url);
  writeFileSync(noteFileOf(home), noteOf(url), { mode: 0o600 });
}

function noteFileOf(home: ProjectHome): string {
  return join(home.folder, "migrated");
}

function noteOf(url: string): string {
  return `${newestMigration()} ${url}`;
}

function newestMigration(): string {
  const names = readdirSync(join(packageRoot(), "migrations")).filter((name) => name.endsWith(".sql"));
  return names.toSorted().at(-1) ?? "none";
}
