import type { ItemFailure } from "../../../domain/batching/batch-trouble.ts";
import type { BatchResult } from "../../../ports/batch-provider.ts";
import type { ModelReply } from "../../../ports/model.ts";
import { type Connection, tellable } from "./connection.ts";

export type ItemOutcome = BatchResult["outcome"];

export function answered(reply: ModelReply): ItemOutcome {
  return { kind: "answered", reply };
}

export function failed(failure: ItemFailure, message: string | null): ItemOutcome {
  return { kind: "failed", failure, message: message ?? "The provider did not say why." };
}

/** The model answered, and nobody can say what: it was worked on, and is on the bill. */
export function unreadableAnswer(): ItemOutcome {
  return failed("missing", "It was answered, and the answer cannot be read.");
}

/** Reads each line by itself; what cannot be read or belongs to nobody is left out, and nothing else with it. */
export async function* toResults(
  connection: Connection,
  lines: AsyncIterable<unknown> | Iterable<unknown>,
  parseLine: (line: unknown) => BatchResult | null,
): AsyncGenerator<BatchResult, void> {
  for await (const line of lines) {
    const result = parseLine(line);
    if (result !== null) yield withTellableMessage(result, connection);
  }
}

/** Answers are clean since they were read: see own-key.ts. */
function withTellableMessage(result: BatchResult, connection: Connection): BatchResult {
  const { customId, outcome } = result;
  if (outcome.kind === "answered") return result;
  return { customId, outcome: { ...outcome, message: tellable(outcome.message, connection) } };
}
