import { AasError, type ErrorCode, isAasError, messageOf } from "../../domain/errors.ts";
import type { ProviderWait } from "../../domain/calling/provider-gate.ts";
import type { Json } from "../../domain/json.ts";

/**
 * How a step ended, as a value: DBOS would give a recorded error back without its class, and a workflow that looks at
 * its code would go another way after a crash than before.
 */
export type RecordedOutcome =
  | { readonly kind: "returned"; readonly result: Json }
  | { readonly kind: "error"; readonly message: string }
  | {
      readonly kind: "aas_error";
      readonly code: ErrorCode;
      readonly message: string;
      readonly cure: string | null;
      readonly retryable: boolean;
      /** Left out by versions that knew no gates. */
      readonly waiting?: ProviderWait | null;
    };

export function toReturned(result: Json): RecordedOutcome {
  return { kind: "returned", result: asStored(result) };
}

export function toThrown(error: unknown): RecordedOutcome {
  if (!isAasError(error)) return { kind: "error", message: messageOf(error) };
  const { code, message, cure, retryable, waiting } = error;
  return { kind: "aas_error", code, message, cure, retryable, waiting };
}

/** Answers or throws what the effect did. */
export function replayOutcome(outcome: RecordedOutcome): Json {
  switch (outcome.kind) {
    case "returned":
      return outcome.result;
    case "error":
      throw new Error(outcome.message);
    case "aas_error": {
      const { code, message, cure, retryable, waiting = null } = outcome;
      throw new AasError(code, message, {
        retryable,
        ...(cure === null ? {} : { cure }),
        ...(waiting === null ? {} : { waiting }),
      });
    }
  }
}

/** The first time as every other time: what JSON makes of it. */
export function asStored(value: Json): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}
