import type { CannedAnswer } from "./request-fault.ts";
import type { Vendor } from "../vendor.ts";

/** Every way in which the vendors say that there is no money. Most look like rate limits, and none passes by itself. */
export const moneyAnswers: Readonly<Record<Vendor, readonly CannedAnswer[]>> = {
  openai: [
    openaiMoney(429, "insufficient_quota", "You exceeded your current quota, please check your plan."),
    openaiMoney(429, "credit_balance_exhausted", "Your credit balance is exhausted."),
    openaiMoney(429, "organization_spend_limit_exceeded", "Your organization has reached its spend limit."),
    openaiMoney(429, "project_spend_limit_exceeded", "Your project has reached its spend limit."),
    openaiMoney(400, "billing_hard_limit_reached", "Billing hard limit has been reached."),
  ],
  anthropic: [
    anthropicMoney("enforced_spend_limit_reached"),
    anthropicMoney("contract_spend_limit_reached"),
    anthropicMoney("ramp_limit_exceeded"),
    canned(402, { type: "error", error: { type: "billing_error", message: "Your payment has failed." } }),
    canned(400, {
      type: "error",
      error: { type: "invalid_request_error", message: "Your credit balance is too low to access the API." },
    }),
  ],
  gemini: [
    canned(429, {
      error: {
        code: 429,
        message: "Your project has exceeded its spending cap.",
        status: "RESOURCE_EXHAUSTED",
      },
    }),
    canned(403, {
      error: {
        code: 403,
        message: "This API method requires billing to be enabled.",
        status: "PERMISSION_DENIED",
        details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "BILLING_DISABLED" }],
      },
    }),
  ],
};

function openaiMoney(status: number, code: string, message: string): CannedAnswer {
  return canned(status, { error: { message, type: "insufficient_quota", param: null, code } });
}

function anthropicMoney(code: string): CannedAnswer {
  const message = "Your organization has reached its spend limit.";
  return canned(429, {
    type: "error",
    error: { type: "rate_limit_error", message, details: { error_code: code } },
    request_id: "req_fault",
  });
}

function canned(status: number, body: NonNullable<CannedAnswer["body"]>): CannedAnswer {
  return { status, headers: {}, body };
}
