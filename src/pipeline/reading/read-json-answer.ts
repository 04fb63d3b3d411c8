import { jsonrepair } from "jsonrepair";
import type { z } from "zod";
import type { Finish } from "../../ports/model.ts";
import { jsonCandidates, mendableCandidates } from "./json-candidates.ts";
import { shapeProblems } from "./shape-problems.ts";

export type JsonReading<Value> =
  | { readonly kind: "read"; readonly value: Value; readonly rung: Rung }
  /** What to tell the one who answered. */
  | { readonly kind: "unreadable"; readonly problems: readonly string[] };

/** How much was needed: the answer as it is, a part of it, or a part that had to be mended. */
export type Rung = "whole" | "part" | "mended";

export interface Answer {
  readonly text: string;
  readonly finish: Finish;
}

/**
 * Reads an answer as JSON of one shape, or says what is wrong with it. Commas and quotes are mended only in an answer
 * that came to its end by itself: one that was cut off would be completed to something nobody wrote.
 */
export function readJsonAnswer<Value>(answer: Answer, shape: z.ZodType<Value>): JsonReading<Value> {
  const cut = cutOff(answer.finish);
  if (cut !== null) return unreadable(cut);
  const text = withoutThinking(answer.text);
  let problems: readonly string[] | null = null;
  for (const { rung, value } of attemptsAt(text, answer.finish)) {
    const parsed = value === undefined ? null : shape.safeParse(value);
    if (parsed?.success === true) return { kind: "read", value: parsed.data, rung };
    if (parsed !== null) problems ??= shapeProblems(parsed.error, value);
  }
  return { kind: "unreadable", problems: problems ?? ["The answer holds no JSON object."] };
}

function unreadable(problem: string): { readonly kind: "unreadable"; readonly problems: readonly string[] } {
  return { kind: "unreadable", problems: [problem] };
}

/** `other` is an end that the provider did not name: such an answer is read as it stands, and not mended. */
function cutOff(finish: Finish): string | null {
  switch (finish) {
    case "stop":
    case "other":
      return null;
    case "length":
      return "The answer was cut off at its longest; answer with less.";
    case "refusal":
      return "The answer was a refusal.";
    case "filter":
      return "The answer was withheld by a filter.";
  }
}

interface Attempt {
  readonly rung: Rung;
  /** Undefined: this text is no JSON. */
  readonly value: unknown;
}

function* attemptsAt(text: string, finish: Finish): Generator<Attempt> {
  yield { rung: "whole", value: parseJson(text) };
  for (const candidate of jsonCandidates(text)) yield { rung: "part", value: parseJson(candidate) };
  if (finish !== "stop") return;
  for (const candidate of mendableCandidates(text)) yield { rung: "mended", value: parseMended(candidate) };
}

/** Some models write the JSON as a string, once more quoted. */
function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? (JSON.parse(value) as unknown) : value;
  } catch {
    return undefined;
  }
}

function parseMended(text: string): unknown {
  try {
    return parseJson(jsonrepair(text));
  } catch {
    return undefined;
  }
}

/** What a model thought before it answered is no part of the answer. */
export function withoutThinking(text: string): string {
  const start = text.replace(/^\uFEFF/u, "").trim();
  return start.replace(/^<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>/u, "").trim();
}
