import { toFileBytes } from "../faults/spoil-file.ts";
import type { World } from "../world.ts";
import type { HeldBatch } from "./held-batch.ts";

/** Writes result lines into a file that belongs to a batch. */
export function keepResults(
  world: World,
  batch: HeldBatch,
  kind: "output" | "error",
  lines: readonly string[],
): void {
  const { facts } = batch;
  const prefix = facts.vendor === "gemini" ? "files/" : "file-";
  const id = world.newId(prefix);
  world.files.set(id, {
    id,
    vendor: facts.vendor,
    name: `${facts.id}_${kind}.jsonl`,
    purpose: "batch_output",
    bytes: toFileBytes(lines, facts.plan.files, world.script.seed),
    createdAtMs: world.clock.nowMs(),
    expiresAtMs: null,
    resultsOf: facts.id,
  });
  batch.resultFiles.set(kind, id);
}
