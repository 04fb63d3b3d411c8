import type { Json } from "../../../domain/json.ts";

type JsonObject = Readonly<Record<string, Json>>;

/** What Gemini's schemas have under the same name as JSON schemas; additional properties are never allowed there. */
const kept = new Set([
  "description",
  "enum",
  "required",
  "format",
  "title",
  "minItems",
  "maxItems",
  "minimum",
  "maximum",
]);

/** A JSON schema in the words that Gemini takes: null is a property of a type, and keys keep their order by name. */
export function toGeminiSchema(schema: JsonObject): JsonObject {
  const same = Object.entries(schema).filter(([key]) => kept.has(key));
  return {
    ...Object.fromEntries(same),
    ...renderType(schema["type"]),
    ...renderConstant(schema["const"]),
    ...renderUnion(schema["anyOf"] ?? schema["oneOf"]),
    ...renderProperties(schema["properties"]),
    ...(isObject(schema["items"]) ? { items: toGeminiSchema(schema["items"]) } : {}),
  };
}

function renderType(type: Json | undefined): JsonObject {
  const types = [type].flat().filter((each) => typeof each === "string");
  const [only, ...others] = types.filter((each) => each !== "null");
  if (only === undefined) return {};
  const nullable = types.includes("null") ? { nullable: true } : {};
  if (others.length === 0) return { type: only.toUpperCase(), ...nullable };
  return { anyOf: [only, ...others].map((each) => ({ type: each.toUpperCase() })), ...nullable };
}

function renderConstant(value: Json | undefined): JsonObject {
  return typeof value === "string" ? { type: "STRING", enum: [value] } : {};
}

function renderUnion(options: Json | undefined): JsonObject {
  if (!Array.isArray(options)) return {};
  const schemas = (options as readonly Json[]).filter(isObject);
  const rest = schemas.filter(({ type }) => type !== "null").map(toGeminiSchema);
  const nullable = rest.length < schemas.length ? { nullable: true } : {};
  const [only, ...others] = rest;
  return only !== undefined && others.length === 0 ? { ...only, ...nullable } : { anyOf: rest, ...nullable };
}

function renderProperties(properties: Json | undefined): JsonObject {
  if (!isObject(properties)) return {};
  const rendered = Object.entries(properties).flatMap(([name, schema]) =>
    isObject(schema) ? [[name, toGeminiSchema(schema)] as const] : [],
  );
  return { properties: Object.fromEntries(rendered), propertyOrdering: rendered.map(([name]) => name) };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
