import type { Json } from "../../../domain/json.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";

const types: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

export function anthropicErrorBody(status: number, message: string, requestId: string): Json {
  const type = types[status] ?? (status < 500 ? "invalid_request_error" : "api_error");
  return { type: "error", error: { type, message }, request_id: requestId };
}

export function anthropicError(status: number, message: string): Answer {
  return jsonAnswer(status, anthropicErrorBody(status, message, "req_fault"));
}
