import { z } from "zod";
import { textOrNull } from "../wire/tolerant.ts";

const lowerCase = textOrNull.transform((text) => text?.toLowerCase() ?? null);

const described = z.object({
  type: lowerCase,
  message: textOrNull,
  details: z.object({ error_code: lowerCase }).nullish().catch(null),
});

const body = z.object({ error: described });

/** What is said about a failure: of a call, or of one request of a batch. */
export interface AnthropicError {
  readonly type: string | null;
  /** A name that is more exact than the type. */
  readonly code: string | null;
  readonly message: string | null;
}

export function parseAnthropicError(value: unknown): AnthropicError {
  if (typeof value === "string") return { type: null, code: null, message: value.slice(0, 300) };
  const error = body.safeParse(value).data?.error;
  return {
    type: error?.type ?? null,
    code: error?.details?.error_code ?? null,
    message: error?.message ?? null,
  };
}

export function renderAnthropicError(status: number | null, { type, code, message }: AnthropicError): string {
  const what = [status === null ? [] : `HTTP ${status}`, code ?? type ?? []].flat().join(" ");
  return [what === "" ? [] : what, message ?? []].flat().join(": ");
}

const moneyCode = /spend(?:ing)?_limit|ramp_limit|billing|credit/u;

/**
 * Lack of credit comes as a wrong request that has no code: nothing but its words tell it. Should they change, it is a
 * wrong request again.
 */
const moneyWords = /credit balance is too low/iu;

export function isAboutMoney({ type, code, message }: AnthropicError): boolean {
  if (type === "billing_error" || moneyCode.test(code ?? "")) return true;
  return type === "invalid_request_error" && moneyWords.test(message ?? "");
}
