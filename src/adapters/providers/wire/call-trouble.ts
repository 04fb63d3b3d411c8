/** What an answer that is no success means, by what is to be done about it. Each vendor has one pure function to this. */
export type CallTrouble =
  | { readonly kind: PlainTrouble; readonly message: string }
  /** It certainly did not run: too many calls, or a server that has too much to do. */
  | { readonly kind: "rate" | "overloaded"; readonly message: string; readonly retryAfterMs: number | null };

type PlainTrouble =
  /** No room at this price; it certainly did not run. */
  | "full"
  /** No money, or a limit on spending. */
  | "unpaid"
  /** The key is wrong, revoked or not allowed to do this. */
  | "unauthorized"
  /** The same request would be refused again. */
  | "invalid"
  /** The provider's filter refused the prompt. */
  | "filtered"
  | "too_large"
  /** There is no such file, batch or model. */
  | "missing"
  /** This server has no such API. */
  | "unsupported"
  /** The address sends calls to another one, where our key is not shown. */
  | "moved"
  /** Nobody knows whether it ran. */
  | "open";
