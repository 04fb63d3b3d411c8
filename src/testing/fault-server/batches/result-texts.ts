import type { LineOutcome } from "../answers/line-outcome.ts";
import { pickLineFaults } from "../faults/pick-line-faults.ts";
import { type LineText, spoilLines } from "../faults/spoil-lines.ts";
import type { World } from "../world.ts";
import type { HeldBatch, WorkedLine } from "./held-batch.ts";
import type { ResultLine } from "./result-line.ts";

const failedOnceMore: LineOutcome = {
  kind: "error",
  status: 500,
  code: "server_error",
  message: "The server had an error processing your request.",
  param: null,
  in: "error",
};

/** The result lines of a batch as its vendor writes them, with all that its faults do to them. */
export function resultTexts(
  world: World,
  { worked, facts }: HeldBatch,
  toResultLine: (line: WorkedLine) => ResultLine,
): readonly LineText[] {
  return spoilLines((worked ?? []).map(toResultLine), {
    seed: world.script.seed,
    faultsOf: (customId) => pickLineFaults(world.script, facts.number, customId).bytes,
    failedLine: (customId) => toResultLine({ customId, model: "", outcome: failedOnceMore }),
  });
}
