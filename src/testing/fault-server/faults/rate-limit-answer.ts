import type { Vendor } from "../vendor.ts";
import type { CannedAnswer } from "./request-fault.ts";

/** Too many calls: it passes by itself. Null: the vendor does not say when. */
export function rateLimitAnswer(vendor: Vendor, retryAfterSeconds: number | null): CannedAnswer {
  const headers: Record<string, string> =
    retryAfterSeconds === null ? {} : { "retry-after": String(retryAfterSeconds) };
  return { status: 429, headers, body: bodies[vendor] };
}

const bodies: Readonly<Record<Vendor, CannedAnswer["body"]>> = {
  openai: {
    error: { message: "Rate limit reached", type: "tokens", param: null, code: "rate_limit_exceeded" },
  },
  anthropic: {
    type: "error",
    error: { type: "rate_limit_error", message: "This request would exceed your rate limit." },
    request_id: "req_fault",
  },
  gemini: {
    error: {
      code: 429,
      message: "Resource has been exhausted (e.g. check quota).",
      status: "RESOURCE_EXHAUSTED",
    },
  },
};
