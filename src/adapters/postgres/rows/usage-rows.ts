import { priceTiers, type Rates } from "../../../domain/money/price.ts";
import type { RunId } from "../../../domain/ids.ts";
import type { SettledState, Usage, UsageState } from "../../../domain/money/usage.ts";
import type { PassedWarning } from "../../../ports/usage-ledger.ts";
import { type Row, RowReader } from "./row-reader.ts";
import { type Columns, json } from "../sql.ts";

export function columnsOfUsage(usage: Usage, warnings: readonly PassedWarning[]): Columns {
  return {
    ...columnsOfCall(usage),
    ...columnsOfState(usage.state),
    most_tokens: usage.state.status === "reserved" ? usage.state.tokens : 0,
    warnings: json(warnings),
  };
}

/** What is known of a call before it is made. */
export function columnsOfCall(usage: Usage): Columns {
  return {
    key: usage.key,
    run_id: usage.runId,
    purpose: usage.purpose,
    prompt_version: usage.promptVersion,
    provider: usage.provider,
    model: usage.model,
    tier: usage.tier,
    created_at: usage.createdAt,
  };
}

/** How many tokens were reserved stays in the row, whatever comes of the call. */
export function columnsOfState(state: UsageState): Columns {
  return {
    status: state.status,
    micro_usd: state.status === "released" ? null : state.microUsd,
    reason: state.status === "undelivered" ? state.reason : null,
    ...(state.status === "settled" ? columnsOfAnswer(state) : noAnswer),
  };
}

function columnsOfAnswer(state: SettledState): Columns {
  return {
    input_tokens: state.inputTokens,
    cache_read_tokens: state.cacheReadTokens,
    cache_write_tokens: state.cacheWriteTokens,
    output_tokens: state.outputTokens,
    standard_micro_usd: state.standardMicroUsd,
    answered_by: state.answeredBy,
    rates: state.rates === null ? null : json(state.rates),
    is_estimated: state.isEstimated,
  };
}

const noAnswer: Columns = {
  input_tokens: null,
  cache_read_tokens: null,
  cache_write_tokens: null,
  output_tokens: null,
  standard_micro_usd: null,
  answered_by: null,
  rates: null,
  is_estimated: null,
};

export function toUsage(from: Row): Usage {
  const row = new RowReader("usages", from, "key");
  return {
    key: row.text("key"),
    runId: row.text("run_id") as RunId,
    purpose: row.text("purpose"),
    promptVersion: row.textOrNull("prompt_version"),
    provider: row.text("provider"),
    model: row.text("model"),
    tier: row.oneOf("tier", priceTiers),
    state: toUsageState(row),
    createdAt: row.time("created_at"),
  };
}

function toUsageState(row: RowReader): UsageState {
  const status = row.oneOf("status", ["reserved", "undelivered", "settled", "released"]);
  switch (status) {
    case "reserved":
      return { status, microUsd: row.integer("micro_usd"), tokens: row.integer("most_tokens") };
    case "undelivered":
      return {
        status,
        microUsd: row.integer("micro_usd"),
        tokens: row.integer("most_tokens"),
        reason: row.text("reason"),
      };
    case "settled":
      return toSettledState(row);
    case "released":
      return { status };
  }
}

function toSettledState(row: RowReader): SettledState {
  return {
    status: "settled",
    microUsd: row.integer("micro_usd"),
    standardMicroUsd: row.integer("standard_micro_usd"),
    inputTokens: row.integer("input_tokens"),
    cacheReadTokens: row.integer("cache_read_tokens"),
    cacheWriteTokens: row.integer("cache_write_tokens"),
    outputTokens: row.integer("output_tokens"),
    answeredBy: row.textOrNull("answered_by"),
    rates: row.objectOrNull("rates") as Rates | null,
    isEstimated: row.flag("is_estimated"),
  };
}
