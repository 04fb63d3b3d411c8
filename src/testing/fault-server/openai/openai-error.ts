import type { Json } from "../../../domain/json.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";

export interface OpenaiTrouble {
  readonly message: string;
  readonly type?: string;
  readonly param?: string | null;
  readonly code?: string | null;
}

export function openaiErrorBody({ message, type, param, code }: OpenaiTrouble): Json {
  return {
    error: { message, type: type ?? "invalid_request_error", param: param ?? null, code: code ?? null },
  };
}

export function openaiError(status: number, trouble: OpenaiTrouble): Answer {
  return jsonAnswer(status, openaiErrorBody(trouble));
}

export function missingParameter(name: string): Answer {
  return openaiError(400, {
    message: `Missing required parameter: '${name}'.`,
    param: name,
    code: "missing_required_parameter",
  });
}
