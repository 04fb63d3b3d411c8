/** How long a server asks to wait, in any of the ways they say it; null when it does not say. */
export function retryAfterMs(headers: Headers, now: Date): number | null {
  const exact = headers.get("retry-after-ms")?.trim() ?? "";
  if (/^\d{1,12}(?:\.\d+)?$/u.test(exact)) return Math.ceil(Number(exact));
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,9}(?:\.\d+)?$/u.test(text)) return Math.ceil(Number(text) * 1000);
  const until = /^[A-Z][a-z]{2},? /u.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(until) ? null : Math.max(0, until - now.getTime());
}
