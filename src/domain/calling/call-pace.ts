/** How fast a provider may be called; null: only as the provider itself says. */
export interface CallLimits {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
}

export const unlimited: CallLimits = { requestsPerMinute: null, tokensPerMinute: null };

/** What was asked for in one second. */
interface PaceSecond {
  readonly second: number;
  readonly requests: number;
  readonly tokens: number;
}

/** The calls of the last minute, second by second, oldest first. */
export type CallPace = readonly PaceSecond[];

type PaceEntry =
  | { readonly kind: "taken"; readonly pace: CallPace }
  | { readonly kind: "full"; readonly waitMs: number };

/** A minute, and the second that is not over: within no minute is there more than the limits say. */
const windowSeconds = 61;

/** Takes a permit for a call of so many tokens, or says when there may be one. */
export function takePermit(
  earlier: CallPace,
  limits: CallLimits,
  { nowMs, tokens }: { readonly nowMs: number; readonly tokens: number },
): PaceEntry {
  if (limits.requestsPerMinute === null && limits.tokensPerMinute === null)
    return { kind: "taken", pace: [] };
  const second = Math.floor(nowMs / 1000);
  // What stands in the future was written before the clock was put back.
  const pace = earlier.filter((each) => each.second > second - windowSeconds && each.second <= second);
  // The last second that has to leave before the call fits; undefined: none has to, or nothing helps.
  const leaving = [undefined, ...pace].find((_, count) => fits(pace.slice(count), limits, tokens));
  if (leaving === undefined) return { kind: "taken", pace: withCall(pace, second, tokens) };
  return { kind: "full", waitMs: (leaving.second + windowSeconds) * 1000 - nowMs };
}

/** A call that is larger than the limit goes alone: it would never fit. */
function fits(pace: CallPace, { requestsPerMinute, tokensPerMinute }: CallLimits, tokens: number): boolean {
  const requests = pace.reduce((sum, each) => sum + each.requests, 0);
  const spent = pace.reduce((sum, each) => sum + each.tokens, 0);
  if (requestsPerMinute !== null && requests + 1 > requestsPerMinute) return false;
  return tokensPerMinute === null || spent === 0 || spent + tokens <= tokensPerMinute;
}

function withCall(pace: CallPace, second: number, tokens: number): CallPace {
  const last = pace.at(-1);
  if (last?.second !== second) return [...pace, { second, requests: 1, tokens }];
  return [...pace.slice(0, -1), { second, requests: last.requests + 1, tokens: last.tokens + tokens }];
}
