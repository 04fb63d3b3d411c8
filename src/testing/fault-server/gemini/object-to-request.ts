import type { Json } from "../../../domain/json.ts";
import { invalidRequest, type LineError } from "../answers/line-outcome.ts";
import { isJsonObject } from "../http/read-json.ts";

/** What the API says of a request before a model sees it; null: nothing. */
export function objectionToRequest(request: Json | undefined): LineError | null {
  const contents = isJsonObject(request) ? request["contents"] : undefined;
  if (Array.isArray(contents) && contents.length > 0) return null;
  return invalidRequest("* GenerateContentRequest.contents: contents is not specified", "contents");
}
