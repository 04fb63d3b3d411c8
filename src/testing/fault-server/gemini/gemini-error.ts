import { type Answer, jsonAnswer } from "../http/answer.ts";

export function geminiError(code: number, status: string, message: string): Answer {
  return jsonAnswer(code, { error: { code, message, status } });
}
