import type { Json } from "../../../domain/json.ts";
import { invalidRequest, type LineError } from "../answers/line-outcome.ts";
import { isJsonObject, textAt } from "../http/read-json.ts";

/** What the API says of a request before a model sees it; null: nothing. In a batch it says so only in the results. */
export function objectionToParams(params: Json | undefined, isInBatch: boolean): LineError | null {
  if (!isJsonObject(params)) return invalidRequest("The request body is not valid JSON", null);
  if (textAt(params, "model") === null) return invalidRequest("model: Field required", "model");
  const maxTokens = params["max_tokens"];
  if (maxTokens === undefined) return invalidRequest("max_tokens: Field required", "max_tokens");
  if (typeof maxTokens !== "number" || maxTokens < 1) {
    return invalidRequest("max_tokens: must be at least 1", "max_tokens");
  }
  const messages = params["messages"];
  if (!Array.isArray(messages) || messages.length === 0) {
    return invalidRequest("messages: at least one message is required", "messages");
  }
  if (isInBatch && params["stream"] === true) {
    return invalidRequest("stream: streaming is not supported in batches", "stream");
  }
  return null;
}
