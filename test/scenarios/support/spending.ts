import type { RunId } from "../../../src/domain/ids.ts";
import { costOf, plainPrice, plainTokens } from "../../../src/domain/money/price.ts";
import type { Scenario } from "../../../src/testing/scenario.ts";
import { step } from "./plan-of.ts";

/** What the scripted model costs in scenarios about money. */
export const modelPrice = plainPrice(1_000_000, 10_000_000);
/** What a scripted answer costs: a thousand tokens in, five hundred out. */
export const answerCost = costOf(plainTokens(1000, 500), modelPrice);
export const threeWords = [step("one"), step("two"), step("three")];

/** Why the run stands still. */
export async function pauseReason(scenario: Scenario, id: RunId): Promise<string | null> {
  const events = await scenario.deps.db.events.listOfRun(id);
  return events.findLast(({ type }) => type === "run.paused")?.reason ?? null;
}
