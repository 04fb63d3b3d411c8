import { accessSync, constants, statSync } from "node:fs";
import { AasError, messageOf } from "../../domain/errors.ts";
import type { OpenedProject } from "../project/open-project.ts";
import type { FactCounts } from "./export-facts.ts";
import { checkHeader, type FactLine, parseEnd, parseRow } from "./facts-file.ts";
import { readLines } from "./read-lines.ts";

/** Brings an export into a project that has no runs and no tasks: everything in it, or nothing. */
export async function importFacts(project: OpenedProject, file: string): Promise<FactCounts> {
  assertReadable(file);
  const { writeFacts } = await import("../../adapters/postgres/facts/copy-facts.ts");
  const { home, store, clock } = project;
  const counts = await writeFacts(
    store.engineTarget,
    { id: home.id, name: home.name, repository: home.root, createdAt: clock.now() },
    { rows: (migration) => rowsOf(file, migration) },
  );
  return Object.fromEntries(counts);
}

function assertReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
    if (statSync(file).isFile()) return;
  } catch (error) {
    throw new AasError("usage", `${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
      cure: "Name a file that `aas db export` wrote.",
    });
  }
  throw new AasError("usage", `${file} is not a file.`, { cure: "Name a file that `aas db export` wrote." });
}

async function* rowsOf(
  file: string,
  migration: number,
): AsyncGenerator<FactLine & { readonly line: number }> {
  let line = 0;
  let end: number | null = null;
  for await (const text of readLines(file)) {
    line += 1;
    if (line === 1) checkHeader(text, migration);
    else if (end !== null) throw broken(`line ${line} stands behind its end`);
    else {
      end = parseEnd(text);
      if (end === null) yield { ...parseRow(text, line), line };
    }
  }
  if (line === 0) throw broken("it is empty");
  if (end === null) throw broken("it ends too early");
  if (end !== line - 2) throw broken(`it says to have ${end} rows and has ${line - 2}`);
}

function broken(why: string): AasError {
  return new AasError("usage", `The export is not whole: ${why}.`, {
    cure: "Copy the file again, or export again.",
  });
}
