import { AasError, type ErrorCode, isAasError, messageOf } from "../../domain/errors.ts";
import type { ProviderWait } from "../../domain/calling/provider-gate.ts";

/** As much of an error as a replay needs to take the same way again: code and whether to try again. */
export type RecordedError =
  | { readonly kind: "error"; readonly message: string }
  | {
      readonly kind: "aas";
      readonly code: ErrorCode;
      readonly message: string;
      readonly cure: string | null;
      readonly retryable: boolean;
      readonly waiting: ProviderWait | null;
    };

export function toRecordedError(error: unknown): RecordedError {
  if (!isAasError(error)) return { kind: "error", message: messageOf(error) };
  const { code, message, cure, retryable, waiting } = error;
  return { kind: "aas", code, message, cure, retryable, waiting };
}

export function fromRecordedError(recorded: RecordedError): Error {
  if (recorded.kind === "error") return new Error(recorded.message);
  const { code, message, cure, retryable, waiting } = recorded;
  return new AasError(code, message, {
    retryable,
    ...(cure === null ? {} : { cure }),
    ...(waiting === null ? {} : { waiting }),
  });
}
