import type { BatchTrouble } from "../../../domain/batching/batch-trouble.ts";
import type { SubmitOutcome } from "../../../ports/batch-provider.ts";
import { askProvider, type Vendor } from "./ask-provider.ts";
import { refusal, troubleOfSubmit } from "./batch-refusal.ts";
import type { ProviderCall } from "./call-provider.ts";
import { toAasError } from "./to-aas-error.ts";

export interface Creation {
  readonly call: ProviderCall;
  /** What a batch is called by, out of the answer; throws when it is no batch. */
  readonly readRef: (body: unknown) => string;
  /** What is missing when the provider says that something is. */
  readonly missing: BatchTrouble;
}

/** Exactly one call. It throws when nobody knows whether there is a batch now. */
export async function createBatch(
  vendor: Vendor,
  { call, readRef, missing }: Creation,
): Promise<SubmitOutcome> {
  const outcome = await askProvider(vendor, call);
  if (outcome.kind === "answered") return { kind: "created", ref: readRef(outcome.body) };
  const { message, kind } = outcome.trouble;
  const trouble = kind === "missing" ? missing : troubleOfSubmit(outcome.trouble);
  if (trouble === null) throw toAasError(vendor.connection, outcome.trouble);
  return refusal(vendor.connection, trouble, message);
}
