import type { OpenAiError } from "./openai-error.ts";

/** The names of failures by what they mean. They differ from server to server, and new ones come: patterns, not lists. */
const meanings = {
  money:
    /insufficient_(?:\w+_)?(?:quota|funds?|credits?|balance)|credit_balance|spend(?:ing)?_limit|billing|budget_exceeded|payment_required/u,
  rate: /rate_?limit|token_limit_exceeded|enqueued|resource_unavailable|too_?many_?requests|batch(?:es)?_limit/u,
  full: /resource_unavailable/u,
  filter: /content_?filter|responsibleaipolicy|content_policy/u,
  tooLarge: /too_large|too_many_tasks|size_exceeded|file_size/u,
  mixedModels: /mismatched_model|model_mismatch/u,
  lostUpload: /file_not_found|input_modified|file_expired|file_deleted/u,
  badKey: /invalid_api_key|authentication/u,
  server: /server|internal|timeout|timed_out|unavailable|overloaded/u,
  expired: /expired/u,
  canceled: /cancell?ed/u,
} as const;

export function means(what: keyof typeof meanings, { words }: Pick<OpenAiError, "words">): boolean {
  return words.some((word) => meanings[what].test(word));
}

/** A request that names a file which is not there; a request that names none is wrong instead. */
export function isLostUpload(error: Pick<OpenAiError, "words" | "param">): boolean {
  if (means("lostUpload", error)) return true;
  const isAboutFile = error.param === "file_id" || error.param === "input_file_id";
  return isAboutFile && !error.words.some((word) => /^missing|^invalid_(?:type|value)/u.test(word));
}
