import type { Json } from "../../../domain/json.ts";
import type { BatchRequest } from "../../../ports/batch-provider.ts";
import type { AnswerSchema, ModelRequest } from "../../../ports/model.ts";
import { askForSchema } from "../wire/ask-for-schema.ts";
import type { Dialect } from "./dialect.ts";

/** Where requests of a batch go, seen from the server's root; it must be the same in each line and in the batch. */
export const chatEndpoint = "/v1/chat/completions";

export interface ChatOptions {
  readonly model: string;
  /** Half the price, when the provider has time; not for what is in a batch already. */
  readonly serviceTier: "flex" | null;
}

export type JsonObject = Readonly<Record<string, Json>>;

export function renderChatRequest(
  { system, prompt, schema, maxOutputTokens }: ModelRequest,
  { model, serviceTier }: ChatOptions,
  { format, maxTokensField }: Dialect,
): JsonObject {
  const isToldInWords = schema !== null && format !== "json_schema";
  const instructions = isToldInWords ? askForSchema(system, schema) : system;
  return {
    model,
    messages: [
      ...(instructions === "" ? [] : [{ role: "system", content: instructions }]),
      { role: "user", content: prompt },
    ],
    [maxTokensField]: maxOutputTokens,
    ...(schema === null ? {} : renderFormat(schema, format)),
    ...(serviceTier === null ? {} : { service_tier: serviceTier }),
  };
}

function renderFormat({ name, schema }: AnswerSchema, format: Dialect["format"]): JsonObject {
  switch (format) {
    case "json_schema":
      return { response_format: { type: "json_schema", json_schema: { name, strict: true, schema } } };
    case "json_object":
      return { response_format: { type: "json_object" } };
    case "text":
      return {};
  }
}

export function renderBatchLine({ customId }: BatchRequest, body: JsonObject): string {
  return `${JSON.stringify({ custom_id: customId, method: "POST", url: chatEndpoint, body })}\n`;
}
