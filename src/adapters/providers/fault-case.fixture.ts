import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { HttpAnswer } from "./wire/http-answer.ts";
import { parseJson } from "./wire/parse-json.ts";

/** Where the corpora are; empty when nobody says. */
export const corpora = process.env["AAS_CORPORA"] ?? "";

const answerShape = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
  raw: z.string().optional(),
});

const caseShape = z.object({
  id: z.string(),
  title: z.string(),
  provider: z.enum(["openai", "azure", "compat", "anthropic", "gemini", "any"]),
  items_in: z.array(z.string()),
  response: answerShape.optional(),
  steps: z.array(answerShape).optional(),
  variants: z.array(z.unknown()).default([]),
  batch: z.record(z.string(), z.unknown()).optional(),
  output_file: z.array(z.string()).default([]),
  output_file_raw: z.string().optional(),
  error_file: z.array(z.string()).default([]),
  error_file_raw: z.string().optional(),
  results: z.array(z.string()).default([]),
  results_raw: z.string().optional(),
  expect: z.object({
    action: z.string().optional(),
    items: z.record(z.string(), z.string()).optional(),
    billed: z.array(z.string()).optional(),
    ignored: z.array(z.string()).optional(),
    usage_total_input: z.number().optional(),
    usage_total_output: z.number().optional(),
  }),
});

/** A fault of the corpus: what a provider said, and what is to be made of it. */
export type FaultCase = z.infer<typeof caseShape>;

export function answerOf(answer: z.infer<typeof answerShape>): HttpAnswer {
  const { status, headers, body, raw } = answer;
  return { status, headers: new Headers(headers), body: raw ?? body, receivedAt: new Date() };
}

/** Variants are whole answers, or other codes for the same answer. */
export function answersOf({ response, variants }: FaultCase): readonly HttpAnswer[] {
  if (response === undefined) return [];
  const others = variants.map((variant) => {
    if (typeof variant !== "string") return answerOf(answerShape.parse(variant));
    const text = JSON.stringify(response.body).replace(/"(?:error_)?code":"[^"]*"/u, (each) =>
      each.replace(/:".*/u, `:"${variant}"`),
    );
    return answerOf({ ...response, body: parseJson(text) });
  });
  return [answerOf(response), ...others];
}

/** Variants are other reasons for the same failure. */
export function batchesOf({ batch, variants }: FaultCase): readonly unknown[] {
  const others = variants
    .filter((each) => typeof each === "object")
    .map((error) => ({
      ...batch,
      errors: { object: "list", data: [error] },
    }));
  return [batch, ...others];
}

export const cases = corpora === "" ? [] : readCases();

function readCases(): readonly FaultCase[] {
  const text = readFileSync(join(corpora, "batch-faults.json"), "utf8");
  return z.object({ cases: z.array(caseShape) }).parse(JSON.parse(text)).cases;
}

/** Each case with its name in front, for `test.each`. */
export function named(those: readonly FaultCase[]): readonly (readonly [string, FaultCase])[] {
  return those.map((each) => [`${each.id} ${each.provider}: ${each.title}`, each] as const);
}
