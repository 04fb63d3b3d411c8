import { z } from "zod";
import type { ItemFailure } from "../../../domain/batching/batch-trouble.ts";
import type { BatchResult } from "../../../ports/batch-provider.ts";
import { answered, failed, type ItemOutcome, unreadableAnswer } from "../wire/batch-line.ts";
import { anything, objectOrNull, textOrNull } from "../wire/tolerant.ts";
import { parseContentReply } from "./content-reply.ts";
import { parseRpcError, renderRpcError } from "./rpc-error.ts";

/** In a file the key stands in the line, beside a request it stands in what was sent along with it. */
const line = z.object({
  key: textOrNull,
  metadata: objectOrNull(z.object({ key: textOrNull })),
  response: anything,
  error: anything,
});

/** Null: it belongs to nobody. */
export function parseGeminiLine(value: unknown): BatchResult | null {
  const parsed = line.safeParse(value).data;
  const customId = parsed?.metadata?.key ?? parsed?.key ?? null;
  return parsed === undefined || customId === null ? null : { customId, outcome: outcomeOf(parsed) };
}

function outcomeOf({ response, error }: z.infer<typeof line>): ItemOutcome {
  const reply = parseContentReply(response);
  if (reply !== null) return answered(reply);
  const said = parseRpcError(error);
  if (isThere(response) && !isThere(error)) return unreadableAnswer();
  const message = renderRpcError(said);
  return failed(failureOfStatus[said.status ?? ""] ?? "transient", message === "" ? null : message);
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

const failureOfStatus: Readonly<Record<string, ItemFailure>> = {
  INVALID_ARGUMENT: "invalid_request",
  FAILED_PRECONDITION: "invalid_request",
  OUT_OF_RANGE: "invalid_request",
  NOT_FOUND: "invalid_request",
  PERMISSION_DENIED: "invalid_request",
  UNIMPLEMENTED: "invalid_request",
  CANCELLED: "canceled",
};
