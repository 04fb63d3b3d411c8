import type { FaultScript } from "./fault-script.ts";
import { anthropicError } from "./anthropic/anthropic-error.ts";
import { geminiError } from "./gemini/gemini-error.ts";
import type { Answer } from "./http/answer.ts";
import { type Asked, headerOf } from "./http/asked.ts";
import { openaiError } from "./openai/openai-error.ts";
import { vendorOfPath } from "./vendor-of-path.ts";

/** Any key will do; none will not. */
export function refuseWithoutKey({ requiresKey }: FaultScript, asked: Asked): Answer | null {
  if (!requiresKey) return null;
  switch (vendorOfPath(asked.path)) {
    case "openai":
      return objectionOfOpenai(asked);
    case "anthropic":
      return objectionOfAnthropic(asked);
    case "gemini":
      return objectionOfGemini(asked);
  }
}

function objectionOfOpenai(asked: Asked): Answer | null {
  const bearer = headerOf(asked, "authorization")?.startsWith("Bearer ") ?? false;
  if (bearer || (asked.isAzure && headerOf(asked, "api-key") !== null)) return null;
  return openaiError(401, { message: "You didn't provide an API key.", code: "invalid_api_key" });
}

function objectionOfAnthropic(asked: Asked): Answer | null {
  if (headerOf(asked, "x-api-key") === null && headerOf(asked, "authorization") === null) {
    return anthropicError(401, "x-api-key header is required");
  }
  if (headerOf(asked, "anthropic-version") !== null) return null;
  return anthropicError(400, "anthropic-version: header is required");
}

function objectionOfGemini(asked: Asked): Answer | null {
  if (headerOf(asked, "x-goog-api-key") !== null || asked.query.has("key")) return null;
  return geminiError(403, "Method doesn't allow unregistered callers.");
}
