import { z } from "zod";
import type { Json } from "../../../domain/json.ts";
import { isJsonObject, type JsonObject } from "../http/read-json.ts";

/** A case as it is written down. Keys that nobody here reads are let pass, but none that says what goes wrong. */
export const responseSchema = z.object({
  status: z.int().min(200).max(599),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.json().optional(),
  raw: z.string().optional(),
});

const killPointSchema = z.enum(["after_upload", "after_create_before_persist", "after_download"]);

/** Where in its work the client is to die. */
export type KillPoint = z.infer<typeof killPointSchema>;

const injectSchema = z.strictObject({
  method: z.string().optional(),
  path: z.string().optional(),
  nth: z.union([z.int().transform((one) => [one]), z.array(z.int())]).optional(),
  effect: z
    .enum([
      "answer",
      "reset",
      "delay",
      "cut",
      "create_then_reset",
      "create_then_status",
      "create_then_answer",
      "create_then_delay",
    ])
    .optional(),
  delay_ms: z.int().optional(),
  after_bytes: z.int().optional(),
  kill: killPointSchema.optional(),
  list: z.json().optional(),
  budget_usd: z.number().optional(),
  note: z.string().optional(),
});

export type CaseInject = z.infer<typeof injectSchema>;

const rawLines = z.array(z.string()).optional();

const expectSchema = z.looseObject({
  action: z.string().optional(),
  items: z.record(z.string(), z.string()).optional(),
  billed: z.array(z.string()).optional(),
  max_batches_created: z.int().optional(),
});

const jsonObject = z.custom<JsonObject>((value) => isJsonObject(value as Json));

export const caseSchema = z.object({
  id: z.string(),
  title: z.string().default(""),
  provider: z.enum(["openai", "azure", "compat", "anthropic", "gemini", "any"]),
  phase: z.enum([
    "create",
    "upload",
    "validate",
    "poll",
    "download",
    "line",
    "semantic",
    "sync",
    "crash",
    "budget",
  ]),
  items_in: z.array(z.string()).default([]),
  inject: injectSchema.optional(),
  response: responseSchema.optional(),
  batch: jsonObject.optional(),
  steps: z.array(jsonObject).optional(),
  variants: z.array(z.union([z.string(), jsonObject])).optional(),
  output_file: rawLines,
  output_file_raw: z.string().optional(),
  error_file: rawLines,
  error_file_raw: z.string().optional(),
  results: rawLines,
  results_raw: z.string().optional(),
  expect: expectSchema.default({}),
});

export type WrittenCase = z.infer<typeof caseSchema>;
