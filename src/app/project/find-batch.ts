import type { Batch } from "../../domain/batch.ts";
import { AasError } from "../../domain/errors.ts";
import type { BatchId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import { findRun } from "./find-run.ts";
import type { OpenedProject } from "./open-project.ts";

/** What a person means that may name a batch or the run it belongs to. */
export type BatchOrRun =
  | { readonly kind: "batch"; readonly batch: Batch; readonly run: Run }
  | { readonly kind: "run"; readonly run: Run };

const recentBatches = 1_000;

/** A batch by its id or a part of it that no other shares; everything else names a run. */
export async function findBatchOrRun(project: OpenedProject, text: string): Promise<BatchOrRun> {
  if (!text.startsWith("bat_")) return { kind: "run", run: await findRun(project, text) };
  const batch = await findBatch(project, text);
  return { kind: "batch", batch, run: await project.db.runs.get(batch.runId) };
}

async function findBatch({ db, home }: OpenedProject, text: string): Promise<Batch> {
  const exact = await db.batches.find(text as BatchId);
  if (exact !== null) return exact;
  const part = text.slice("bat_".length);
  const batches = part === "" ? [] : await db.batches.list(home.id, recentBatches);
  const matching = batches.filter(({ id }) => id.startsWith(text) || id.endsWith(part));
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only;
  const why = matching.length === 0 ? "No batch has this id" : `${matching.length} batches match`;
  throw new AasError("not_found", `${why}: ${JSON.stringify(text)}.`, { cure: "aas batch status" });
}
