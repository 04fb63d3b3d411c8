import * as z from "zod";
import { AasError } from "../../domain/errors.ts";

/** One export is a file of JSON lines: a header, the rows in the order in which they can be written, and an end that counts them. */
const factsFormat = { format: "aas-facts", version: 1 } as const;

const header = z.strictObject({
  format: z.literal(factsFormat.format),
  version: z.number(),
  migration: z.int().positive(),
});
const end = z.strictObject({ end: z.strictObject({ rows: z.int().nonnegative() }) });

export interface FactLine {
  readonly table: string;
  readonly row: string;
}

export function renderHeader(migration: number): string {
  return JSON.stringify({ ...factsFormat, migration });
}

/** The row stays as the database wrote it. */
export function renderRow({ table, row }: FactLine): string {
  return `{"table":${JSON.stringify(table)},"row":${row}}`;
}

export function renderEnd(rows: number): string {
  return JSON.stringify({ end: { rows } });
}

/** Only an export of the same migration can be read: rows of another one may mean something else. */
export function checkHeader(line: string, migration: number): void {
  const parsed = header.safeParse(readJson(line));
  if (!parsed.success) {
    throw new AasError("usage", "The file is not an export of aas: its first line says something else.", {
      cure: "Name a file that `aas db export` wrote.",
    });
  }
  const { version, migration: written } = parsed.data;
  if (version !== factsFormat.version || written > migration) {
    throw new AasError(
      "database_newer",
      `The export was written by a newer aas (migration ${written}, not ${migration}).`,
      {
        cure: "npm install aas@latest",
      },
    );
  }
  if (written < migration) {
    throw new AasError(
      "usage",
      `The export was written by an older aas (migration ${written}, not ${migration}).`,
      {
        cure: "Where the facts are, bring them up to date with this version (aas db migrate) and export again.",
      },
    );
  }
}

/** A text may hold what a regular expression takes for the end of a line. */
const rowPattern = /^\{"table":"(?<table>[a-z_]+)","row":(?<row>\{.*\})\}$/su;

export function parseRow(line: string, number: number): FactLine {
  const { table, row } = rowPattern.exec(line)?.groups ?? {};
  if (table !== undefined && row !== undefined) return { table, row };
  throw new AasError("usage", `Line ${number} of the export is not a row of a table.`, {
    cure: "Use the file as `aas db export` wrote it, or export again.",
  });
}

/** How many rows the file says to have; null for a line that is not its end. */
export function parseEnd(line: string): number | null {
  if (!line.startsWith('{"end"')) return null;
  const parsed = end.safeParse(readJson(line));
  return parsed.success ? parsed.data.end.rows : null;
}

function readJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
