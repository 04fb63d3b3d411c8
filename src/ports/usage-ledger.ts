import type { Budgets, OverBudget, Purse, Spending } from "../domain/money/budget.ts";
import type { RunId } from "../domain/ids.ts";
import type { ReservedState, SettledState, Settlement, Usage } from "../domain/money/usage.ts";
import type { EffectTable } from "./effects.ts";

/** Every paid call, held back before it is made. The caps are checked and the reservation written in one transaction. */
export interface UsageLedger {
  /**
   * A key that is held back or settled already is left as it is, and said to be. A call whose answer never came stays
   * beside the new one, under a key of its own.
   */
  reserve(usage: ReservedUsage, budgets: Budgets): Promise<Reservation>;
  /**
   * Many calls of one run, all made on one day (UTC), as if by `reserve` one after the other, up to and with the first
   * that does not fit: nobody else reserves between them. Answers one reservation each.
   */
  reserveAll(usages: readonly ReservedUsage[], budgets: Budgets): Promise<readonly Reservation[]>;
  /** Settles or releases what is held back, once; later calls with the same key change nothing. */
  settle(key: string, settlement: Settlement): Promise<void>;
  /** Many in one go, each of them as by `settle`. */
  settleAll(settlements: ReadonlyMap<string, Settlement>): Promise<void>;
  /** Nobody knows what became of the call: what was reserved stays held back, and is listed with the reason. */
  markUndelivered(key: string, reason: string): Promise<void>;
  /** Many in one go, each of them as by `markUndelivered`. */
  markAllUndelivered(keys: readonly string[], reason: string): Promise<void>;
  /** A charge that was never reserved, such as another one for the same request. Written once per key. */
  insertCharge(usage: ChargedUsage): Promise<void>;
  find(key: string): Promise<Usage | null>;
  /** Those that there are of these keys, in any order. */
  listOf(keys: readonly string[]): Promise<readonly Usage[]>;
  spendingOf(runId: RunId): Promise<Spending>;
  /** Oldest first. */
  listOfRun(runId: RunId): Promise<readonly Usage[]>;
  /** The stored answer of a paid call, so that it is never paid twice. */
  findReply(key: string): Promise<string | null>;
  insertReply(key: string, runId: RunId, reply: string): Promise<void>;
}

export type ReservedUsage = Usage & { readonly state: ReservedState };
export type ChargedUsage = Usage & { readonly state: SettledState };

/** Only what is fresh was held back for who asked: who finds it held or settled has to find out whose call it is. */
export type Reservation =
  | { readonly kind: "fresh"; readonly warnings: readonly PassedWarning[] }
  /** Held back already, for a call that another one makes, or died over. */
  | { readonly kind: "held"; readonly warnings: readonly PassedWarning[] }
  /** The call was made, answered and charged. */
  | { readonly kind: "settled" }
  | OverBudget;

/** A purse whose warning a reservation was the first to pass: who reserves the key, now or again, tells it. */
export interface PassedWarning {
  readonly purse: Purse;
  /** Spent and held back, this reservation included. */
  readonly totalMicroUsd: number;
}

export const usageLedgerEffects = {
  reserve: "effect",
  reserveAll: "effect",
  settle: "effect",
  settleAll: "effect",
  markUndelivered: "effect",
  markAllUndelivered: "effect",
  insertCharge: "effect",
  insertReply: "effect",
  find: "read",
  listOf: "read",
  spendingOf: "read",
  listOfRun: "read",
  findReply: "read",
} as const satisfies EffectTable<UsageLedger>;
