import type { Json } from "../../../domain/json.ts";

/** Undefined when it is no JSON. */
export function readJson(bytes: Buffer | string): Json | undefined {
  try {
    return JSON.parse(bytes.toString()) as Json;
  } catch {
    return undefined;
  }
}

export type JsonObject = Readonly<Record<string, Json>>;

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text at a key, or null. */
export function textAt(value: Json | undefined, key: string): string | null {
  const found = isJsonObject(value) ? value[key] : null;
  return typeof found === "string" ? found : null;
}
