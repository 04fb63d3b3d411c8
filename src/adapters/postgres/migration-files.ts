import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly contentHash: string;
}

/** The package's own folder: it lies as far above `src` as above `dist`. */
const migrationsFolder = new URL("../../../migrations/", import.meta.url);

/** In order; their numbers are 1, 2, 3 …. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(migrationsFolder)).filter((name) => name.endsWith(".sql")).toSorted();
  return Promise.all(names.map(readMigration));
}

async function readMigration(file: string): Promise<Migration> {
  const text = await readFile(new URL(file, migrationsFolder), "utf8");
  return makeMigration(file.replace(/\.sql$/u, ""), text);
}

/** The hash ignores line ends, which a checkout may have changed. */
export function makeMigration(name: string, text: string): Migration {
  const sql = text.replaceAll("\r\n", "\n");
  const contentHash = createHash("sha256").update(sql).digest("hex");
  return { number: Number.parseInt(name, 10), name, sql, contentHash };
}
