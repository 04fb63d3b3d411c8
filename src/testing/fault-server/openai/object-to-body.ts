import type { Json } from "../../../domain/json.ts";
import { invalidRequest, type LineError } from "../answers/line-outcome.ts";
import { isJsonObject, textAt } from "../http/read-json.ts";

/** What the API says of a request that no model needs to see; null: nothing. */
export function objectionToBody(endpoint: string, body: Json | undefined): LineError | null {
  if (!isJsonObject(body)) return invalidRequest("We could not parse the JSON body of your request.", null);
  if (textAt(body, "model") === null) return invalidRequest("you must provide a model parameter", null);
  const place = endpoint === "/v1/chat/completions" ? "messages" : "input";
  const said = body[place];
  if (said === undefined) {
    return invalidRequest(`Missing required parameter: '${place}'.`, place, "missing_required_parameter");
  }
  if (Array.isArray(said) && said.length === 0) {
    return invalidRequest(
      `Invalid '${place}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
      place,
      "empty_array",
    );
  }
  return schemaObjection(body["response_format"]);
}

/** A strict schema lists all of its keys and allows no others. */
function schemaObjection(format: Json | undefined): LineError | null {
  if (!isJsonObject(format) || !isJsonObject(format["json_schema"])) return null;
  const { strict, schema } = format["json_schema"];
  const name = textAt(format["json_schema"], "name") ?? "";
  if (strict !== true || !isJsonObject(schema) || schema["additionalProperties"] === false) return null;
  return invalidRequest(
    `Invalid schema for response_format '${name}': In context=(), 'additionalProperties' is required to be supplied and to be false.`,
    "response_format",
  );
}
