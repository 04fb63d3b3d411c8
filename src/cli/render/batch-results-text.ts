import type { ParsedAnalysis, PriorityAdvice, Reading } from "../../domain/analysis.ts";
import type { AskedItem } from "../../pipeline/queries/batch-summary.ts";

/** What came back about each task. */
export function renderResults(items: readonly AskedItem[]): string {
  return items.map(renderItem).join("\n\n");
}

function renderItem({ taskKey, status, message, analysis }: AskedItem): string {
  const head = `${taskKey}  ${status}${message === "" ? "" : `  ${message}`}`;
  if (analysis === null) return head;
  if (analysis.parsed === null) return `${head}\n  It was kept unread: --raw shows it.`;
  return [head, ...fieldsOf(analysis.parsed).map(([name, value]) => `  ${name.padEnd(11)} ${value}`)].join(
    "\n",
  );
}

function fieldsOf(parsed: ParsedAnalysis): readonly (readonly [string, string])[] {
  const steps = parsed.steps.map((text, index) => `${index + 1}. ${inOneLine(text)}`);
  return [
    ["complexity", parsed.complexity ?? "not said"],
    ["priority", parsed.priority === null ? "not said" : describeAdvice(parsed.priority)],
    ["blockers", parsed.blockers.map(inOneLine).join("; ") || "none"],
    ["first step", parsed.firstStep === null ? "not said" : inOneLine(parsed.firstStep)],
    ...steps.map((text, index) => [index === 0 ? "steps" : "", text] as const),
    ["read as", describeReading(parsed.reading)],
  ];
}

function describeAdvice(advice: PriorityAdvice): string {
  return advice.kind === "keep" ? "keep" : `${advice.kind} to ${advice.to.join(" or ")}`;
}

function describeReading({ rung, confidence, missing, conflicts }: Reading): string {
  const contradicted = conflicts.map(({ field, said }) => `${field} said as ${said.join(" and ")}`);
  return [
    `${rung}, confidence ${confidence.toFixed(2)}`,
    ...(missing.length === 0 ? [] : [`missing: ${missing.join(", ")}`]),
    ...contradicted,
  ].join("; ");
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}

/** The answers as they came; a heading only where there are several, so that one can be piped on. */
export function renderRaw(items: readonly AskedItem[]): string {
  const answered = items.flatMap(({ taskKey, analysis }) =>
    analysis === null ? [] : [{ taskKey, raw: analysis.raw }],
  );
  const [only] = answered;
  if (only !== undefined && answered.length === 1) return only.raw;
  return answered.map(({ taskKey, raw }) => `--- ${taskKey}\n${raw}`).join("\n");
}
