import { z } from "zod";
import { batchRuleSchema, paceSchema } from "./faults/batch-fault.ts";
import { lineRuleSchema } from "./faults/line-fault.ts";
import { requestRuleSchema } from "./faults/request-fault.ts";
import { priceListSchema } from "./money/price-list.ts";

const lagSchema = z.strictObject({
  /** A batch stands in the list only after so long. */
  listMs: z.int().min(0).default(0),
  /** A batch that was created is not found for so long. */
  retrieveMs: z.int().min(0).default(0),
});

const limitSchema = z.strictObject({
  maxUploadBytes: z.int().default(512 * 1024 * 1024),
  maxBatchBytes: z.int().default(200 * 1024 * 1024),
  maxBatchLines: z.int().default(50_000),
  maxAnthropicBytes: z.int().default(256 * 1024 * 1024),
  maxAnthropicRequests: z.int().default(100_000),
  maxGeminiInlineBytes: z.int().default(20 * 1024 * 1024),
});

/** All that is peculiar about a server, as plain data, so that it can be given to a process of its own. */
export const faultScriptSchema = z.strictObject({
  seed: z.int().default(1),
  pace: paceSchema.default({ by: "looks", validating: 0, inProgress: 1, finalizing: 0, canceling: 1 }),
  requests: z.array(requestRuleSchema).default([]),
  batches: z.array(batchRuleSchema).default([]),
  lines: z.array(lineRuleSchema).default([]),
  lag: lagSchema.default({ listMs: 0, retrieveMs: 0 }),
  limits: limitSchema.prefault({}),
  /** Micro-dollars; without a price a model is worked for, and its lines stand apart on the bill. */
  prices: priceListSchema.default({}),
  /** Some servers on a desk ask for no key. */
  requiresKey: z.boolean().default(true),
  /** OpenAI takes a batch of an unknown file and fails it later; others refuse it at once. */
  unknownFile: z.enum(["fails_batch", "refused"]).default("fails_batch"),
});

export type FaultScript = z.infer<typeof faultScriptSchema>;
export type FaultScriptInput = z.input<typeof faultScriptSchema>;
