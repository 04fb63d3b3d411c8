import { expect, test } from "vitest";
import { AasError, type ErrorCode } from "../errors.ts";
import { answerToMoney, type MoneyQuestion, moneyQuestionOf } from "./money-question.ts";

test.each<[ErrorCode, MoneyQuestion | null]>([
  ["price_unknown", "price"],
  ["provider_unpaid", "bill"],
  ["over_budget", null],
  ["internal", null],
])("an error %s asks %s", (code, question) => {
  expect(moneyQuestionOf(new AasError(code, "no"))).toBe(question);
});

test.each<[MoneyQuestion, string | null, string]>([
  ["run", null, " --budget <usd>"],
  ["run_tokens", null, " --tokens <count>"],
  ["project", "Raise budget.perProjectUsd in aas.config.jsonc on the base branch.", ""],
  ["day", "Raise budget.perDayUsd in aas.config.jsonc on the base branch, or wait until 00:00 UTC.", ""],
  ["price", "Set what the model costs under models.prices in aas.config.jsonc on the base branch.", ""],
  ["bill", "Settle it with the provider.", ""],
])("%s is answered by what settles it", (question, first, option) => {
  expect(answerToMoney(question)).toEqual({ first, option });
});

test("a question that was never written is not guessed", () => {
  expect(answerToMoney(undefined)).toEqual({ first: "Look at aas automate status.", option: "" });
});
