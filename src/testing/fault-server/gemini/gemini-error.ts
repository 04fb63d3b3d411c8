import type { Json } from "../../../domain/json.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";

/** HTTP status → what Google's services call it, by number and by name. */
const codes: Readonly<Record<number, readonly [number, string]>> = {
  400: [3, "INVALID_ARGUMENT"],
  401: [16, "UNAUTHENTICATED"],
  403: [7, "PERMISSION_DENIED"],
  404: [5, "NOT_FOUND"],
  409: [10, "ABORTED"],
  429: [8, "RESOURCE_EXHAUSTED"],
  500: [13, "INTERNAL"],
  503: [14, "UNAVAILABLE"],
  504: [4, "DEADLINE_EXCEEDED"],
};

export function geminiError(status: number, message: string): Answer {
  const [, name] = codes[status] ?? [2, "UNKNOWN"];
  return jsonAnswer(status, { error: { code: status, message, status: name } });
}

/** The error of one line: here the code is Google's own number. */
export function geminiLineError(status: number, message: string): Json {
  const [code] = codes[status] ?? [2, "UNKNOWN"];
  return { code, message };
}
