import { existsSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { isOfFullDisk } from "../../domain/full-disk.ts";
import { AasError, isAasError, messageOf } from "../../domain/errors.ts";
import type { OpenedProject } from "../project/open-project.ts";
import { type FactLine, renderEnd, renderHeader, renderRow } from "./facts-file.ts";

/** How many rows of each table there are. */
export type FactCounts = Readonly<Record<string, number>>;

/** All facts of a project, as they are at one moment, as one file. It appears when it is whole; nothing is ever overwritten. */
export async function exportFacts(project: OpenedProject, file: string): Promise<FactCounts> {
  if (existsSync(file)) {
    throw new AasError("usage", `${file} exists already.`, { cure: "Name a file that does not exist yet." });
  }
  const part = `${file}.part`;
  try {
    const counts = await writePart(project, part);
    await rename(part, file);
    return counts;
  } catch (error) {
    await rm(part, { force: true });
    throw isAasError(error) ? error : cannotWrite(file, error);
  }
}

function cannotWrite(file: string, error: unknown): AasError {
  const isFull = isOfFullDisk(error);
  return new AasError(isFull ? "disk_full" : "usage", `${file} cannot be written: ${messageOf(error)}`, {
    cause: error,
    cure: "Name a file in a folder that exists, may be written and has room.",
  });
}

async function writePart(project: OpenedProject, part: string): Promise<FactCounts> {
  const { readFacts } = await import("../../adapters/postgres/facts/copy-facts.ts");
  const output = new LineFile(part);
  let counts: Record<string, number> = {};
  try {
    await readFacts(project.store.engineTarget, project.home.id, async (migration) => {
      counts = {};
      await output.restart();
      await output.write(renderHeader(migration));
      return async (row: FactLine) => {
        counts[row.table] = (counts[row.table] ?? 0) + 1;
        await output.write(renderRow(row));
      };
    });
    const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (rows === 0)
      throw new AasError("not_found", `${project.home.name} has no facts yet.`, {
        cure: 'aas automate "<goal>"',
      });
    await output.finish(renderEnd(rows));
    return counts;
  } finally {
    await output.close();
  }
}

const bytesAtOnce = 256 * 1024;

/** Lines on their way to a file, many at once. What is in it concerns its owner alone. */
class LineFile {
  readonly #path: string;
  #handle: FileHandle | null = null;
  #lines: string[] = [];
  #size = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async restart(): Promise<void> {
    await this.close();
    this.#lines = [];
    this.#size = 0;
    this.#handle = await open(this.#path, "w", 0o600);
  }

  async write(line: string): Promise<void> {
    this.#lines.push(line, "\n");
    this.#size += line.length;
    if (this.#size > bytesAtOnce) await this.#flush();
  }

  /** The file is on the disk before it gets its name. */
  async finish(line: string): Promise<void> {
    await this.write(line);
    await this.#flush();
    await this.#handle?.sync();
  }

  async #flush(): Promise<void> {
    await this.#handle?.appendFile(this.#lines.join(""));
    this.#lines = [];
    this.#size = 0;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = null;
  }
}
