import { z } from "zod";
import type { Json } from "../../../domain/json.ts";
import type { RequestRule } from "../faults/request-fault.ts";
import type { Vendor } from "../vendor.ts";
import { vendorOfCase } from "./case-paths.ts";
import { rulesOfCase } from "./case-rules.ts";
import { caseSchema, type KillPoint, type WrittenCase } from "./case-schema.ts";
import { expandVariants } from "./expand-variants.ts";
import { isBatchBody, listOfCase, type PlayedBatch, toPlayedBatch } from "./played-batch.ts";

/** A case that somebody wrote down of what a vendor did, ready to be played. */
export interface FaultCase {
  /** `C06`, and `C06/project_spend_limit_exceeded` for a variant. */
  readonly id: string;
  readonly title: string;
  readonly provider: WrittenCase["provider"];
  readonly vendor: Vendor;
  readonly phase: WrittenCase["phase"];
  /** The requests that a client is to send. */
  readonly customIds: readonly string[];
  readonly requests: readonly RequestRule[];
  readonly batch: PlayedBatch | null;
  readonly list: PlayedList | null;
  readonly kill: KillPoint | null;
  /** What the client may spend; null: nothing is said. */
  readonly budgetUsd: number | null;
  readonly expect: WrittenCase["expect"];
}

export interface PlayedList {
  readonly body: Json;
  /** The name that the batch in it has; null: none is in it, and it says so from the start. */
  readonly batchId: string | null;
}

/** When the cases take place: their batches are created at this moment. */
export const caseTime = new Date("2026-11-20T08:00:00Z");

/** The case and its variants. Throws when something in it cannot be played. */
export function parseFaultCase(raw: unknown): readonly FaultCase[] {
  const parsed = caseSchema.safeParse(raw);
  if (!parsed.success) {
    throw new Error(`This case cannot be played: ${z.prettifyError(parsed.error)}`, { cause: parsed.error });
  }
  return expandVariants(parsed.data).map(toFaultCase);
}

function toFaultCase(written: WrittenCase): FaultCase {
  const { id, title, provider, phase, inject } = written;
  return {
    id,
    title,
    provider,
    vendor: vendorOfCase(written),
    phase,
    customIds: written.items_in,
    requests: rulesOfCase(written),
    batch: toPlayedBatch(written),
    list: toPlayedList(written),
    kill: inject?.kill ?? null,
    budgetUsd: inject?.budget_usd ?? null,
    expect: written.expect,
  };
}

function toPlayedList(written: WrittenCase): PlayedList | null {
  const told = listOfCase(written);
  if (told === undefined) return null;
  const entries = Array.isArray(told) ? told : operationsOf(told);
  const first = entries.find((entry) => isBatchBody(entry));
  const body = Array.isArray(told) ? asPage(entries) : told;
  return { body, batchId: first === undefined ? null : nameOf(first) };
}

const entriesSchema = z.array(z.record(z.string(), z.json()));

function operationsOf(told: Json): z.infer<typeof entriesSchema> {
  const shape = z.object({ operations: entriesSchema.optional(), data: entriesSchema.optional() });
  const { operations, data } = shape.parse(told);
  return operations ?? data ?? [];
}

function asPage(entries: readonly Json[]): Json {
  const ids = entries.map((entry) => nameOf(z.record(z.string(), z.json()).parse(entry)));
  return { data: entries, has_more: false, first_id: ids.at(0) ?? null, last_id: ids.at(-1) ?? null };
}

function nameOf(body: Readonly<Record<string, Json>>): string {
  return z.string().parse(body["id"] ?? body["name"]);
}
