import type { Json } from "../../../domain/json.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";

export function anthropicErrorBody(type: string, message: string, requestId: string): Json {
  return { type: "error", error: { type, message }, request_id: requestId };
}

export function anthropicError(status: number, type: string, message: string): Answer {
  return jsonAnswer(status, anthropicErrorBody(type, message, "req_fault"));
}
