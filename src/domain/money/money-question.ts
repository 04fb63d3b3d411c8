import type { OverBudget } from "./budget.ts";
import type { AasError } from "../errors.ts";

/** What about money only a person can settle: a cap that is reached, a price that nobody knows, or a bill. */
export type MoneyQuestion = OverBudget["cap"] | "price" | "bill";

/** The question that an error asks; null when it is not about money. */
export function moneyQuestionOf({ code }: Pick<AasError, "code">): MoneyQuestion | null {
  if (code === "price_unknown") return "price";
  return code === "provider_unpaid" ? "bill" : null;
}

/** What settles a question of money. */
export interface MoneyAnswer {
  /** What has to be done outside, before the run is resumed; null when the command does it all. */
  readonly first: string | null;
  /** What the command says. */
  readonly option: string;
}

const where = "in aas.config.jsonc on the base branch";

const answers: Readonly<Record<MoneyQuestion, MoneyAnswer>> = {
  run: { first: null, option: " --budget <usd>" },
  run_tokens: { first: null, option: " --tokens <count>" },
  project: { first: `Raise budget.perProjectUsd ${where}.`, option: "" },
  day: { first: `Raise budget.perDayUsd ${where}, or wait until 00:00 UTC.`, option: "" },
  price: { first: `Set what the model costs under models.prices ${where}.`, option: "" },
  bill: { first: "Settle it with the provider.", option: "" },
};

/** A pause that says no question was written before questions were. */
export function answerToMoney(question: unknown): MoneyAnswer {
  const known = Object.entries(answers).find(([name]) => name === question);
  return known === undefined ? { first: "Look at aas automate status.", option: "" } : known[1];
}
