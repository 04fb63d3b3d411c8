import { pickLineFaults } from "../faults/pick-line-faults.ts";
import { textAt } from "../http/read-json.ts";
import type { World } from "../world.ts";
import type { AskedLine } from "./answer-line.ts";
import { answeredWith, type LineOutcome, withOutcomeFaults } from "./line-outcome.ts";

/** Where rules for lines look when a call belongs to no batch. */
const noBatch = 0;

/** One call outside of a batch. Rules for lines hit it by the name `sync-1`, `sync-2`, … */
export function answerCall(
  world: World,
  asked: AskedLine,
): { readonly callRef: string; readonly outcome: LineOutcome } {
  const callRef = world.newId("call-");
  const { outcome: faults } = pickLineFaults(world.script, noBatch, world.nextCallName());
  const outcome = withOutcomeFaults(answeredWith(world.answer(null, asked)), faults);
  if (outcome.kind === "answered") {
    const isFlex = textAt(asked.body, "service_tier") === "flex";
    world.bill.addCall(callRef, { model: asked.model, tokens: outcome.tokens, isFlex });
  }
  return { callRef, outcome };
}
