import * as z from "zod";
import { filePath, secretReference, serverUrl } from "./setting-types.ts";

const modelExpectation =
  '{ "provider": "recorded", "replies": "replies.json" } or { "provider": "openai" | "anthropic" | "gemini", "name": "…" }';
const providerExpectation = '"recorded", "openai", "anthropic" or "gemini"';
const nameExpectation = "the name of a model as its provider writes it";

const name = z
  .string({ error: nameExpectation })
  .min(1, { error: nameExpectation })
  .max(200, { error: nameExpectation });

/** Another server that speaks the provider's protocol; null: the provider's own. */
const baseUrl = serverUrl.nullable().default(null);

/** Where the key of each provider usually is. */
export const keyVariables = {
  openai: "OPENAI_API_KEY",
  anthropic: "ANTHROPIC_API_KEY",
  gemini: "GEMINI_API_KEY",
} as const;

/** Only where the key is found is ever written down; null: the server wants none. */
const keyFrom = (provider: keyof typeof keyVariables): z.ZodDefault<z.ZodNullable<typeof secretReference>> =>
  secretReference.nullable().default(`env:${keyVariables[provider]}`);

/** The model that plans and builds. */
export const model = z.discriminatedUnion(
  "provider",
  [
    z.strictObject({ provider: z.literal("recorded"), replies: filePath }),
    z.strictObject({
      provider: z.literal("openai"),
      name,
      baseUrl,
      apiKey: keyFrom("openai"),
      flavor: z.enum(["openai", "azure"], { error: '"openai" or "azure"' }).default("openai"),
      tier: z.enum(["standard", "flex"], { error: '"standard" or "flex"' }).default("standard"),
    }),
    z.strictObject({ provider: z.literal("anthropic"), name, baseUrl, apiKey: keyFrom("anthropic") }),
    z.strictObject({ provider: z.literal("gemini"), name, baseUrl, apiKey: keyFrom("gemini") }),
  ],
  { error: ({ code }) => (code === "invalid_union" ? providerExpectation : modelExpectation) },
);

/** A model that a provider answers for. */
export type ProviderSetting = Exclude<z.infer<typeof model>, { readonly provider: "recorded" }>;
