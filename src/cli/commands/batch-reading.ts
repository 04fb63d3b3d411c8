import { type BatchOrRun, findBatchOrRun } from "../../app/project/find-batch.ts";
import { openProject, type OpenedProject } from "../../app/project/open-project.ts";
import { AasError } from "../../domain/errors.ts";
import type { Run } from "../../domain/run.ts";
import {
  type AskedItem,
  readItemsOfBatch,
  readItemsOfRun,
  summarizeBatches,
} from "../../pipeline/queries/batch-summary.ts";
import { toBatchDocument, toResultsDocument } from "../documents/batch-document.ts";
import type { CommandFunction } from "../register.ts";
import { renderBatch, renderBatchList } from "../render/batch-text.ts";
import { renderRaw, renderResults } from "../render/batch-results-text.ts";
import type { CommandResult } from "../run-command.ts";

const shownBatches = 50;

/** `aas batch status [batch or run]`: the newest first, those of one run, or one in full. */
export const batchStatus: CommandFunction = async (terminal, args) => {
  await using project = await openProject(terminal.cwd, terminal.env);
  const { db, home, clock } = project;
  const found = args[0] === undefined ? null : await findBatchOrRun(project, args[0]);
  const now = clock.now();
  if (found?.kind === "batch") return await oneBatch(project, found, now);
  const batches =
    found === null ? await db.batches.list(home.id, shownBatches) : await batchesOf(project, found.run);
  const summaries = await summarizeBatches(db, batches, now);
  return { text: renderBatchList(summaries, now), result: { batches: summaries.map(toBatchDocument) } };
};

async function oneBatch(
  { db }: OpenedProject,
  { batch }: Extract<BatchOrRun, { kind: "batch" }>,
  now: Date,
): Promise<CommandResult> {
  const [summary] = await summarizeBatches(db, [batch], now);
  if (summary === undefined) throw new TypeError(`No batch ${batch.id}`);
  return { text: renderBatch(summary, now), result: toBatchDocument(summary) };
}

async function batchesOf({ db }: OpenedProject, run: Run) {
  const batches = await db.batches.listOfRun(run.id);
  if (batches.length > 0) return batches.toReversed();
  throw new AasError("not_found", `Run ${run.id} has no batches.`, { cure: `aas automate status ${run.id}` });
}

/** `aas batch results <batch or run>`: what came back about each task, and how it was read. */
export const batchResults: CommandFunction = async (terminal, args, options) => {
  await using project = await openProject(terminal.cwd, terminal.env);
  const found = await findBatchOrRun(project, args[0] ?? "last");
  const items = await itemsOf(project, found);
  const batchId = found.kind === "batch" ? found.batch.id : null;
  const result = toResultsDocument(found.run.id, batchId, items);
  if (options["raw"] === true) return { text: renderRaw(items), result, form: "exact" };
  return { text: renderResults(items), result };
};

async function itemsOf({ db }: OpenedProject, found: BatchOrRun): Promise<readonly AskedItem[]> {
  if (found.kind === "batch") return readItemsOfBatch(db, found.batch);
  const items = await readItemsOfRun(db, found.run.id);
  if (items.length > 0) return items;
  throw new AasError("not_found", `Run ${found.run.id} has asked about no task.`, {
    cure: `aas automate status ${found.run.id}`,
  });
}
