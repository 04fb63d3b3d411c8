import type { HeldBatch } from "../batches/held-batch.ts";
import { isFailure } from "../batches/count-outcomes.ts";
import { pickLineFaults } from "../faults/pick-line-faults.ts";
import { toFileBytes } from "../faults/spoil-file.ts";
import { type LineText, spoilLines } from "../faults/spoil-lines.ts";
import type { World } from "../world.ts";
import { toOpenaiResultLine } from "./result-lines.ts";

/** Writes what a batch came to into its two files, once. */
export function makeResultFiles(world: World, batch: HeldBatch): void {
  const { worked, facts, resultFiles } = batch;
  if (worked === null || facts.plan.fate.kind === "archived" || resultFiles.size > 0) return;
  const { seed } = world.script;
  const place = { batch, seed, nowSeconds: world.clock.nowSeconds() };
  const texts = spoilLines(
    worked.map((line) => toOpenaiResultLine(line, place)),
    {
      seed,
      faultsOf: (customId) => pickLineFaults(world.script, facts.number, customId).bytes,
      failedLine: (customId) => toOpenaiResultLine({ customId, model: "", outcome: failedOnceMore }, place),
    },
  );
  addFile(world, batch, "output", texts);
  addFile(world, batch, "error", texts);
}

const failedOnceMore = {
  kind: "error",
  status: 500,
  code: "server_error",
  message: "The server had an error processing your request.",
  param: null,
  in: "error",
} as const;

function addFile(world: World, batch: HeldBatch, kind: "output" | "error", texts: readonly LineText[]): void {
  const lines = texts.filter(({ file }) => file === kind).map(({ text }) => text);
  const isWanted = lines.length > 0 || (kind === "error" && wantsEmptyErrorFile(batch));
  if (!isWanted) return;
  const id = world.newId("file-");
  world.files.set(id, {
    id,
    name: `${batch.facts.id}_${kind}.jsonl`,
    purpose: "batch_output",
    bytes: toFileBytes(lines, batch.facts.plan.files, world.script.seed),
    createdAtMs: world.clock.nowMs(),
    expiresAtMs: null,
    resultsOf: batch.facts.id,
  });
  batch.resultFiles.set(kind, id);
}

function wantsEmptyErrorFile({ facts, worked }: HeldBatch): boolean {
  return facts.plan.noErrorFile === "empty_file" && !(worked ?? []).some(({ outcome }) => isFailure(outcome));
}
