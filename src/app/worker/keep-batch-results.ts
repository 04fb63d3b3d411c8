import { mkdir, open, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import type { BatchId, ProjectId } from "../../domain/ids.ts";
import { type AskedItem, pagesOfBatch } from "../../pipeline/queries/batch-summary.ts";
import type { Database } from "../../ports/database.ts";
import type { ProjectHome } from "../project/project-home.ts";

/** In the state folder: the board is the only file that we write in a checkout. */
export function batchResultsFolderOf(home: Pick<ProjectHome, "folder">): string {
  return join(home.folder, "batch", "results");
}

const ending = ".jsonl";

/** Writes the results of every settled batch that has no file yet, also of one whose file was taken away. */
export async function keepBatchResults(
  { db }: { readonly db: Database },
  projectId: ProjectId,
  folder: string,
): Promise<readonly BatchId[]> {
  const settled = await db.batches.listSettled(projectId);
  if (settled.length === 0) return [];
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const present = new Set(await readdir(folder));
  const missing = settled.filter((id) => !present.has(`${id}${ending}`));
  for (const id of missing) await writeResults(db, id, folder);
  return missing;
}

/** Whole or not at all: whoever reads the file finds every line. */
async function writeResults(db: Database, id: BatchId, folder: string): Promise<void> {
  const batch = await db.batches.findHead(id);
  if (batch === null) return;
  const file = join(folder, `${id}${ending}`);
  const unfinished = `${file}.${process.pid}.new`;
  await using written = await open(unfinished, "w", 0o600);
  for await (const items of pagesOfBatch(db, batch))
    await written.appendFile(items.map((item) => `${JSON.stringify(toLine(item))}\n`).join(""));
  await rename(unfinished, file);
}

function toLine({ taskKey, customId, status, message, analysis }: AskedItem): object {
  return {
    taskKey,
    customId,
    status,
    message,
    raw: analysis?.raw ?? null,
    parsed: analysis?.parsed ?? null,
  };
}
