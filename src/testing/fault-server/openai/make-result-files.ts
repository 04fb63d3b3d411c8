import { isFailure } from "../batches/count-outcomes.ts";
import type { HeldBatch } from "../batches/held-batch.ts";
import { keepResults } from "../batches/keep-results.ts";
import { resultTexts } from "../batches/result-texts.ts";
import type { World } from "../world.ts";
import { toOpenaiResultLine } from "./result-lines.ts";

/** Writes what a batch came to into its two files, once. */
export function makeResultFiles(world: World, batch: HeldBatch): void {
  const { worked, facts, resultFiles } = batch;
  if (worked === null || facts.plan.fate.kind === "archived" || resultFiles.size > 0) return;
  const place = { batch, seed: world.script.seed, nowSeconds: world.clock.nowSeconds() };
  const texts = resultTexts(world, batch, (line) => toOpenaiResultLine(line, place));
  for (const kind of ["output", "error"] as const) {
    const lines = texts.filter(({ file }) => file === kind).map(({ text }) => text);
    const isWanted = lines.length > 0 || (kind === "error" && wantsEmptyErrorFile(batch));
    if (isWanted) keepResults(world, batch, kind, lines);
  }
}

function wantsEmptyErrorFile({ facts, worked }: HeldBatch): boolean {
  return facts.plan.noErrorFile === "empty_file" && !(worked ?? []).some(({ outcome }) => isFailure(outcome));
}
