import type { ProviderWait } from "./calling/provider-gate.ts";

/** Every failure we can name. A code never changes its meaning: people and scripts branch on it. */
export type ErrorCode =
  | "usage"
  | "not_found"
  | "conflict"
  | "config_invalid"
  | "config_missing"
  | "repository_invalid"
  | "base_missing"
  | "base_diverged"
  | "goal_invalid"
  | "plan_invalid"
  | "no_model"
  | "no_checks"
  | "blueprint_invalid"
  | "provider_unavailable"
  /** The gate before the provider is shut: nothing was asked, and it is known when asking makes sense again. */
  | "provider_waiting"
  /** No room at this price: the same may be asked at a higher one. */
  | "provider_full"
  | "provider_refused"
  /** No money there, or a limit on spending. */
  | "provider_unpaid"
  | "price_unknown"
  /** The next call could go past a cap of ours. */
  | "over_budget"
  | "sandbox_unavailable"
  | "git_failed"
  /** Somebody else's repository did not answer. */
  | "remote_unavailable"
  | "database_unavailable"
  | "database_newer"
  | "disk_full"
  | "not_allowed"
  | "canceled"
  | "timeout"
  | "internal";

export interface AasErrorOptions {
  /** What the person can do about it: a command or a setting, one line. */
  readonly cure?: string;
  readonly retryable?: boolean;
  /** It is certain that nothing was done, so nothing is owed for it. */
  readonly hadNoEffect?: boolean;
  /** Of `provider_waiting`: whom it waits for, and how long. */
  readonly waiting?: ProviderWait;
  readonly cause?: unknown;
}

/** An unexpected failure with a name, and the cure where one is known. Expected outcomes are values instead. */
export class AasError extends Error {
  readonly code: ErrorCode;
  readonly cure: string | null;
  readonly retryable: boolean;
  readonly hadNoEffect: boolean;
  readonly waiting: ProviderWait | null;

  constructor(code: ErrorCode, message: string, options: AasErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AasError";
    this.code = code;
    this.cure = options.cure ?? null;
    this.retryable = options.retryable ?? false;
    this.hadNoEffect = options.hadNoEffect ?? (code === "provider_refused" || code === "provider_unpaid");
    this.waiting = options.waiting ?? null;
  }
}

export function isAasError(error: unknown, code?: ErrorCode): error is AasError {
  return error instanceof AasError && (code === undefined || error.code === code);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
