import { renderUsd } from "../../domain/money/budget.ts";
import { AasError } from "../../domain/errors.ts";
import type { Run } from "../../domain/run.ts";
import type { RunAmendment } from "./amend-run.ts";

/** A cap is given anew to let a run go on: one below what it is would stop it sooner, and is a slip. */
export function assertHigher({ id, policy }: Run, amendment: RunAmendment): void {
  const { budgetLimitMicroUsd: money, budgetPerRunTokens: tokens } = amendment;
  const resume = `aas automate resume ${id}`;
  if (money !== undefined && money < policy.budgetLimitMicroUsd) {
    const now = renderUsd(policy.budgetLimitMicroUsd);
    throw new AasError("usage", `The cap of ${id} is ${now} already, and ${renderUsd(money)} is less.`, {
      cure: `${resume}, or with a --budget above ${now}.`,
    });
  }
  if (tokens === undefined) return;
  const now = policy.budgetPerRunTokens;
  if (now === null) {
    throw new AasError("usage", `${id} has no cap of tokens, and ${tokens} would be one.`, { cure: resume });
  }
  if (tokens >= now) return;
  throw new AasError("usage", `The cap of ${id} is ${now} tokens already, and ${tokens} is less.`, {
    cure: `${resume}, or with --tokens above ${now}.`,
  });
}
