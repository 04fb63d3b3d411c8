import type { Json } from "../../../domain/json.ts";
import { promptText } from "../answers/prompt-text.ts";
import type { BatchLine } from "../batches/held-batch.ts";
import type { FaultScript } from "../fault-script.ts";
import type { Answer } from "../http/answer.ts";
import { isJsonObject, readJson, textAt } from "../http/read-json.ts";
import { anthropicError } from "./anthropic-error.ts";
import { objectionToParams } from "./object-to-params.ts";

type Read =
  | { readonly kind: "read"; readonly lines: readonly BatchLine[] }
  | { readonly kind: "refused"; readonly answer: Answer };

const customIdPattern = /^[a-zA-Z0-9_-]{1,64}$/u;

/** Names are checked at once; what the models are asked only when the work begins. */
export function readAnthropicBatch(body: Buffer, limits: FaultScript["limits"]): Read {
  if (body.length > limits.maxAnthropicBytes) return refused(413, "Request exceeds the maximum size");
  const value = readJson(body);
  const requests = isJsonObject(value) ? value["requests"] : undefined;
  if (!Array.isArray(requests)) return refused(400, "requests: Field required");
  if (requests.length === 0) return refused(400, "requests: at least one request is required");
  if (requests.length > limits.maxAnthropicRequests) {
    return refused(413, "Request exceeds the maximum number of requests");
  }
  const objection = objectionToNames(requests);
  return objection === null
    ? { kind: "read", lines: requests.map((request: Json) => toBatchLine(request)) }
    : refused(400, objection);
}

function refused(status: number, message: string): Read {
  return { kind: "refused", answer: anthropicError(status, message) };
}

function objectionToNames(requests: readonly Json[]): string | null {
  const seen = new Set<string>();
  for (const [index, request] of requests.entries()) {
    const customId = textAt(request, "custom_id");
    if (customId === null) return `requests.${index}.custom_id: Field required`;
    if (!customIdPattern.test(customId)) {
      return `requests.${index}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'`;
    }
    if (seen.has(customId)) return `requests.${index}.custom_id: Duplicate custom_id '${customId}'`;
    seen.add(customId);
  }
  return null;
}

function toBatchLine(request: Json): BatchLine {
  const params = isJsonObject(request) ? (request["params"] ?? null) : null;
  const model = textAt(params, "model") ?? "";
  return {
    customId: textAt(request, "custom_id") ?? "",
    asked: { vendor: "anthropic", model, prompt: promptText(params), body: params },
    objection: objectionToParams(params, true),
  };
}
