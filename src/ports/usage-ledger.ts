import type { Budget, Spending } from "../domain/budget.ts";
import type { RunId } from "../domain/ids.ts";
import type { Usage } from "../domain/usage.ts";
import type { EffectTable } from "./effects.ts";

/** Every paid call, held back before it is made. The cap is checked and the reservation written in one transaction. */
export interface UsageLedger {
  /** Reserving the same key again answers as it did before and holds nothing back twice. */
  reserve(
    usage: Usage & { readonly state: { readonly status: "reserved" } },
    budget: Budget,
    /** Cap of all runs of the project on the usage's day (UTC); null: none. */
    perDayMicroUsd?: number | null,
  ): Promise<Reservation>;
  /** Settles or releases a reservation once; later calls with the same key change nothing. */
  settle(key: string, state: Exclude<Usage["state"], { status: "reserved" }>): Promise<void>;
  spendingOf(runId: RunId): Promise<Spending>;
  /** Oldest first. */
  listOfRun(runId: RunId): Promise<readonly Usage[]>;
  /** The stored answer of a paid call, so that it is never paid twice. */
  findReply(key: string): Promise<string | null>;
  insertReply(key: string, runId: RunId, reply: string): Promise<void>;
}

export type Reservation =
  | { readonly kind: "reserved"; readonly isPastWarning: boolean }
  | { readonly kind: "over_budget"; readonly missingMicroUsd: number };

export const usageLedgerEffects = {
  reserve: "effect",
  settle: "effect",
  insertReply: "effect",
  spendingOf: "read",
  listOfRun: "read",
  findReply: "read",
} as const satisfies EffectTable<UsageLedger>;
