import type { Json } from "../../../domain/json.ts";
import type { ModelRequest } from "../../../ports/model.ts";

/** A message, asked for by itself or in a batch. */
export function renderMessageParams(
  { system, prompt, schema, maxOutputTokens }: ModelRequest,
  model: string,
): Readonly<Record<string, Json>> {
  return {
    model,
    max_tokens: maxOutputTokens,
    ...(system === "" ? {} : { system }),
    messages: [{ role: "user", content: prompt }],
    ...(schema === null ? {} : { output_config: { format: { type: "json_schema", schema: schema.schema } } }),
  };
}
