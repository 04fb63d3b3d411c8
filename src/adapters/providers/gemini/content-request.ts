import type { Json } from "../../../domain/json.ts";
import type { AnswerSchema, ModelRequest } from "../../../ports/model.ts";
import { toGeminiSchema } from "./to-gemini-schema.ts";

type JsonObject = Readonly<Record<string, Json>>;

/** What is asked for, by itself or in a batch. */
export function renderContentRequest({ system, prompt, schema, maxOutputTokens }: ModelRequest): JsonObject {
  return {
    ...(system === "" ? {} : { systemInstruction: { parts: [{ text: system }] } }),
    contents: [{ role: "user", parts: [{ text: prompt }] }],
    generationConfig: { maxOutputTokens, ...(schema === null ? {} : renderSchema(schema)) },
  };
}

function renderSchema({ schema }: AnswerSchema): JsonObject {
  return { responseMimeType: "application/json", responseSchema: toGeminiSchema(schema) };
}

/** Models are named with and without the folder they stand in. */
export function pathOfModel(model: string): string {
  return `/v1beta/models/${encodeURIComponent(model.replace(/^models\//u, ""))}`;
}
