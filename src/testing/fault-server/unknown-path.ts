import { anthropicError } from "./anthropic/anthropic-error.ts";
import { geminiError } from "./gemini/gemini-error.ts";
import type { Answer } from "./http/answer.ts";
import type { Asked } from "./http/asked.ts";
import { openaiError } from "./openai/openai-error.ts";
import { vendorOfPath } from "./vendor-of-path.ts";

export function unknownPath({ method, path }: Asked): Answer {
  switch (vendorOfPath(path)) {
    case "openai":
      return openaiError(404, { message: `Invalid URL (${method} ${path})` });
    case "anthropic":
      return anthropicError(404, "Not found");
    case "gemini":
      return geminiError(404, "Requested entity was not found.");
  }
}
