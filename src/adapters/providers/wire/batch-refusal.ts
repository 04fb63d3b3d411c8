import type { BatchTrouble } from "../../../domain/batching/batch-trouble.ts";
import type { BatchLimits, Refusal } from "../../../ports/batch-provider.ts";
import type { CallTrouble } from "./call-trouble.ts";
import { type Connection, tellable } from "./connection.ts";

export function refusal(connection: Connection, trouble: BatchTrouble, message: string): Refusal {
  return { kind: "refused", trouble, message: tellable(message, connection) };
}

/** What no batch takes is not even sent. Null: it fits. */
export function refuseTooLarge(
  connection: Connection,
  { maxItems, maxBytes }: BatchLimits,
  { items, bytes }: { readonly items: number; readonly bytes: number },
): Refusal | null {
  if (items <= maxItems && bytes <= maxBytes) return null;
  return refusal(
    connection,
    "too_large",
    `${items} requests of ${bytes} bytes are more than one batch takes.`,
  );
}

/** What an answer to the creation of a batch means. Null: nobody knows whether there is one now. */
export function troubleOfSubmit({ kind }: CallTrouble): BatchTrouble | null {
  switch (kind) {
    case "open":
    // It is not said that a server which has too much to do did nothing.
    case "overloaded":
      return null;
    case "rate":
    case "full":
      return "busy";
    case "unpaid":
      return "unpaid";
    case "too_large":
      return "too_large";
    case "missing":
      return "upload_lost";
    case "unsupported":
      return "no_batches";
    case "unauthorized":
    case "invalid":
    case "moved":
    case "filtered":
      return "invalid";
  }
}
