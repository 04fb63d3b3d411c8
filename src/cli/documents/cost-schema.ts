import * as z from "zod";
import { priceTiers } from "../../domain/money/price.ts";
import { stages } from "../../domain/stage.ts";

const count = z.int().nonnegative();
const stage = z.enum([...stages, "other"]);

const tokens = {
  inputTokens: count.describe("All that was read."),
  cacheReadTokens: count.describe("Of these, read from a cache."),
  cacheWriteTokens: count.describe("Of these, written to a cache."),
  outputTokens: count,
};

const rates = z
  .strictObject({ input: count, cacheRead: count, cacheWrite: count, output: count })
  .describe("Micro-dollars per million tokens.");

export const callSchema = z.strictObject({
  key: z.string(),
  purpose: z.string(),
  promptVersion: z.string().nullable().describe("The prompt that asked, by its file in prompts/."),
  stage,
  task: z.string().nullable().describe("The task it was made for; null when it was for the run as a whole."),
  provider: z.string(),
  model: z.string().describe("The model that was asked."),
  answeredBy: z.string().nullable().describe("What answered, as it calls itself."),
  tier: z.enum(priceTiers),
  status: z
    .enum(["reserved", "undelivered", "settled", "released"])
    .describe("undelivered: its answer never came, and what was held back for it stays so."),
  reason: z.string().nullable().describe("Why its answer never came."),
  microUsd: count.describe("Charged, or held back."),
  standardMicroUsd: count.nullable().describe("The same at the ordinary price."),
  inputTokens: tokens.inputTokens.nullable(),
  cacheReadTokens: tokens.cacheReadTokens.nullable(),
  cacheWriteTokens: tokens.cacheWriteTokens.nullable(),
  outputTokens: tokens.outputTokens.nullable(),
  rates: rates.nullable(),
  isEstimated: z.boolean().nullable().describe("The provider did not say: the reservation was charged."),
  createdAt: z.iso.datetime(),
});

const sum = {
  charged: count.describe("How many calls were charged."),
  ...tokens,
  settledMicroUsd: count,
  estimatedMicroUsd: count.describe("Of that, charged at what was held back."),
  standardMicroUsd: count.describe("The charged calls at the ordinary price."),
  savedMicroUsd: z.int().describe("What batches saved against it."),
  reservedMicroUsd: count.describe("Held back for calls under way."),
  undeliveredMicroUsd: count.describe("Held back for calls whose answer never came."),
};

export const costSchema = z.strictObject({
  total: z.strictObject(sum),
  byStage: z.array(z.strictObject({ stage, ...sum })),
  byModel: z.array(z.strictObject({ provider: z.string(), model: z.string(), ...sum })),
});
