import { z } from "zod";
import { fieldOf, type Labelled } from "./analysis-fields.ts";
import { describesWork, type Findings, noFindings } from "./findings.ts";
import { saysNothing } from "./list-items.ts";
import { readComplexity, readPriority } from "./read-levels.ts";

/** An object that holds an analysis, under whatever keys mean its fields; also one level down, in a wrapper. */
export const analysisShape = z.record(z.string(), z.unknown()).transform((record, context): Findings => {
  for (const each of [record, ...Object.values(record).filter(isRecord)]) {
    const findings = findingsOf(each);
    if (isAnalysis(findings)) return findings;
  }
  context.addIssue({ code: "custom", message: "says neither complexity nor firstStep nor steps" });
  return z.NEVER;
});

function isAnalysis(findings: Findings): boolean {
  return describesWork(findings) || findings.steps.length > 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function findingsOf(record: Readonly<Record<string, unknown>>): Findings {
  return Object.entries(record).reduce((findings, [key, value]) => {
    const field = fieldOf(key);
    return field === null || value === null ? findings : addField(findings, field, value);
  }, noFindings);
}

function addField(findings: Findings, field: Labelled, value: unknown): Findings {
  switch (field) {
    case "complexity":
      return { ...findings, complexity: [...findings.complexity, ...read(textOf(value), readComplexity)] };
    case "priority":
      return { ...findings, priority: [...findings.priority, ...read(adviceOf(value), readPriority)] };
    case "blockers":
      return { ...findings, blockers: [...(findings.blockers ?? []), ...textsOf(value)] };
    case "firstStep":
      return { ...findings, firstStep: [...findings.firstStep, ...textsOf(value).slice(0, 1)] };
    case "steps":
      return { ...findings, steps: [...findings.steps, ...textsOf(value)] };
  }
}

function read<Value>(text: string, reader: (text: string) => Value | null): readonly Value[] {
  const value = reader(text);
  return value === null ? [] : [value];
}

function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(textOf).filter((text) => text !== "");
  const text = textOf(value);
  return saysNothing(text) ? [] : [text];
}

/** Of { change, to, reason } the reason is no advice. */
function adviceOf(value: unknown): string {
  if (!isRecord(value)) return textOf(value);
  const advice = Object.entries(value).filter(
    ([key]) => !/^(?:reason|why|rationale|justification|explanation|notes?|said|from|current)/iu.test(key),
  );
  return advice.map(([, each]) => textOf(each)).join(" ");
}

/** The texts of an object in their order: { title, description } reads as "title: description". */
function textOf(value: unknown): string {
  if (typeof value === "string") return value.trim();
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map(textOf).join(" or ");
  if (!isRecord(value)) return "";
  return Object.values(value)
    .map(textOf)
    .filter((text) => text !== "")
    .join(": ");
}
