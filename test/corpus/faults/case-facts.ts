import { statusOfUnanswered } from "../../../src/domain/batching/batch-sequel.ts";
import { type Batch, isBatchSettled } from "../../../src/domain/batch.ts";
import type { Event } from "../../../src/domain/event.ts";
import type { Analysis } from "../../../src/domain/analysis.ts";
import type { RequestOutcome } from "../../../src/domain/batching/request-outcome.ts";
import type { Usage } from "../../../src/domain/money/usage.ts";
import type { Driven } from "../../../src/pipeline/batching/drive-requests.ts";
import type { AskingLab } from "../../../src/testing/asking-lab.ts";
import type { Exchange } from "../../../src/testing/fault-server/exchange-log.ts";
import type { FaultServer } from "../../../src/testing/fault-server/fault-server.ts";

/** What stands in the store and in the server's log when the product has finished. */
export interface CaseFacts {
  readonly driven: Driven["kind"];
  readonly pauseReason: string | null;
  readonly batches: readonly Batch[];
  readonly outcomes: readonly RequestOutcome[];
  readonly analyses: readonly Analysis[];
  readonly usages: readonly Usage[];
  readonly events: readonly Event[];
  readonly exchanges: readonly Exchange[];
  /** Batches that the server made. */
  readonly created: number;
}

export async function readCaseFacts(
  lab: Pick<AskingLab, "db" | "run">,
  server: Pick<FaultServer, "exchanges" | "batches">,
  driven: Driven,
): Promise<CaseFacts> {
  const { db, run } = lab;
  return {
    driven: driven.kind,
    pauseReason: driven.kind === "paused" ? driven.reason : null,
    batches: await db.batches.listOfRun(run.id),
    outcomes: await db.batches.listOutcomes(run.id),
    analyses: await db.batches.listAnalyses(run.id),
    usages: await db.usage.listOfRun(run.id),
    events: await db.events.listOfRun(run.id),
    exchanges: server.exchanges,
    created: server.batches.length,
  };
}

/** The one that asked for the first time. */
export function firstBatch({ batches }: CaseFacts): Batch | undefined {
  return batches.find(({ items }) => items.some(({ customId }) => customId.endsWith("_1_1")));
}

/** How the requests fared the first time that they were asked; null: nobody knows yet. */
export function firstFates(facts: CaseFacts): ReadonlyMap<string, string | null> {
  const first = firstBatch(facts);
  if (first === undefined) return new Map(facts.outcomes.map((each) => [each.customId, each.status]));
  const { state } = first;
  return new Map(
    first.items.map(({ customId }) => {
      const known = facts.outcomes.find((each) => each.customId === customId)?.status;
      const trouble = state.status === "failed" ? state.trouble : null;
      const unanswered = isBatchSettled(state) ? statusOfUnanswered(state.status, trouble) : null;
      return [customId, known ?? unanswered];
    }),
  );
}

/** What the product said follows from the end of the first batch. */
export function firstSequel(facts: CaseFacts): string | null {
  const first = firstBatch(facts);
  const ends = facts.events.filter((event) => event.type === "batch.changed" && event.subject === first?.id);
  const follows = ends.map((event) => event.details["follows"]).find((each) => typeof each === "string");
  return typeof follows === "string" ? follows : null;
}

export function statesOfFirst(facts: CaseFacts): readonly string[] {
  const first = firstBatch(facts);
  return facts.events
    .filter((event) => event.type === "batch.changed" && event.subject === first?.id)
    .map((event) => event.to ?? "");
}

export function countCalls({ exchanges }: CaseFacts, method: string, path: RegExp): number {
  return exchanges.filter((each) => each.method === method && path.test(each.path)).length;
}
