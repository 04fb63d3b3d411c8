import { renderUsd, renderMicroUsd } from "../../domain/money/budget.ts";
import type { Rates } from "../../domain/money/price.ts";
import type { SettledState } from "../../domain/money/usage.ts";
import type { CostSum, PaidCall, RunCosts } from "../../pipeline/queries/run-costs.ts";
import type { RunReport } from "../../pipeline/queries/run-report.ts";
import { countText } from "./count-text.ts";

/** What a run cost in one line; with its calls, everything that explains that line. */
export function costLines({ summary, costs }: RunReport, withCalls: boolean): readonly string[] {
  const { total } = costs;
  const held = total.reservedMicroUsd + total.undeliveredMicroUsd;
  const reserved = held === 0 ? "" : `, ${renderUsd(held)} held back`;
  const limit = renderUsd(summary.run.policy.budgetLimitMicroUsd);
  const line = `${renderUsd(total.settledMicroUsd)} of ${limit} in ${countText(total.charged, "paid call")}${reserved}`;
  return withCalls && costs.calls.length > 0 ? [line, ...callLines(costs), ...sumLines(costs)] : [line];
}

function callLines({ calls }: RunCosts): readonly string[] {
  const head = [
    "call",
    "task",
    "model",
    "tier",
    "fresh",
    "cached",
    "kept",
    "out",
    "$ per million",
    "cost",
    "",
  ];
  const rows = calls.map(rowOf);
  return ["", ...alignColumns([head, ...rows])];
}

function rowOf({ usage, taskKey }: PaidCall): readonly string[] {
  const { purpose, provider, model, tier, state } = usage;
  const answered = state.status === "settled" ? (state.answeredBy ?? model) : model;
  const call = [purpose, taskKey ?? "", `${provider} ${answered}`, tier];
  switch (state.status) {
    case "settled":
      return [
        ...call,
        ...answerCells(state),
        renderMicroUsd(state.microUsd),
        state.isEstimated ? "estimated" : "",
      ];
    case "reserved":
      return [...call, ...unknown, renderMicroUsd(state.microUsd), "held back"];
    case "undelivered":
      return [
        ...call,
        ...unknown,
        renderMicroUsd(state.microUsd),
        `held back, never answered: ${state.reason.split("\n")[0] ?? ""}`,
      ];
    case "released":
      return [...call, ...unknown, renderMicroUsd(0), "not charged"];
  }
}

const unknown: readonly string[] = ["-", "-", "-", "-", "-"];

function answerCells({ rates, ...state }: SettledState): readonly string[] {
  if (rates === null) return unknown;
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = state;
  const fresh = inputTokens - cacheReadTokens - cacheWriteTokens;
  return [...[fresh, cacheReadTokens, cacheWriteTokens, outputTokens].map(String), rateText(rates)];
}

/** In the order of the columns before it. */
function rateText({ input, cacheRead, cacheWrite, output }: Rates): string {
  return [input, cacheRead, cacheWrite, output].map((rate) => String(rate / 1_000_000)).join("/");
}

function sumLines({ total, byStage, byModel }: RunCosts): readonly string[] {
  return [
    "",
    ...alignColumns([
      ...byStage.map(({ stage, ...sum }) => [`in ${stage}`, ...sumCells(sum)]),
      ...byModel.map(({ provider, model, ...sum }) => [`by ${provider} ${model}`, ...sumCells(sum)]),
      ["in all", ...sumCells(total)],
    ]),
    "",
    ...savingLines(total),
    ...(total.estimatedMicroUsd === 0
      ? []
      : [
          `${renderMicroUsd(total.estimatedMicroUsd)} of it is estimated: the provider did not say what was used`,
        ]),
    ...(total.undeliveredMicroUsd === 0
      ? []
      : [`${renderMicroUsd(total.undeliveredMicroUsd)} stays held back for calls that were never answered`]),
  ];
}

function sumCells(sum: CostSum): readonly string[] {
  const held = sum.reservedMicroUsd + sum.undeliveredMicroUsd;
  return [
    countText(sum.charged, "call"),
    renderMicroUsd(sum.settledMicroUsd),
    held === 0 ? "" : `and ${renderMicroUsd(held)} held back`,
  ];
}

function savingLines({ savedMicroUsd, standardMicroUsd }: CostSum): readonly string[] {
  const ordinary = renderMicroUsd(standardMicroUsd);
  return savedMicroUsd === 0
    ? ["nothing saved: every call was made at the ordinary price"]
    : [`batches saved ${renderMicroUsd(savedMicroUsd)}: at the ordinary price these calls cost ${ordinary}`];
}

/** Figures to the right, words to the left. */
function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isFigure(cell) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}

function isFigure(cell: string): boolean {
  return /^(?:\$?\d[\d.]*|-)$/u.test(cell);
}
