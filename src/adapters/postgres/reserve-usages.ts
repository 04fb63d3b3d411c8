import {
  type Budgets,
  decideSpending,
  isCapped,
  type OverBudget,
  type Purse,
  type Spent,
  totalSpent,
  withReserved,
} from "../../domain/money/budget.ts";
import { AasError } from "../../domain/errors.ts";
import type { RunId } from "../../domain/ids.ts";
import { lostKey } from "../../domain/money/usage.ts";
import type { PassedWarning, Reservation, ReservedUsage } from "../../ports/usage-ledger.ts";
import { type Connection, findRow } from "./connection.ts";
import { isOfPurse, readSpent } from "./read-spent.ts";
import { RowReader } from "./rows/row-reader.ts";
import { columnsOfCall } from "./rows/usage-rows.ts";
import { json, sql } from "./sql.ts";

/**
 * One after the other, but what is spent is read once: the purses are locked, so that only these reservations change it.
 * Runs in a transaction.
 */
export async function reserveUsages(
  connection: Connection,
  usages: readonly ReservedUsage[],
  budgets: Budgets,
): Promise<readonly Reservation[]> {
  const first = usages[0];
  if (first === undefined) return [];
  assertSamePurses(usages, first);
  await lockPurses(connection, first.runId, budgets);
  const ledger = new OpenLedger(
    await readSpent(connection, first),
    await readKnown(connection, usages),
    (purse) => isWarnedOf(connection, first, purse),
  );
  const reservations: Reservation[] = [];
  for (const usage of usages) {
    const reservation = await ledger.reserve(usage, budgets);
    reservations.push(reservation);
    if (reservation.kind === "over_budget") break;
  }
  for (const key of ledger.undelivered) await moveAside(connection, key);
  await writeReservations(connection, ledger.made);
  return reservations;
}

function assertSamePurses(usages: readonly ReservedUsage[], { runId, createdAt }: ReservedUsage): void {
  const other = usages.find((each) => each.runId !== runId || dayOf(each.createdAt) !== dayOf(createdAt));
  if (other !== undefined) throw new TypeError(`${other.key} is paid from other purses`);
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

interface Made {
  readonly usage: ReservedUsage;
  readonly warnings: readonly PassedWarning[];
}

/** What stands in the rows, with the reservations that are decided and not written yet. */
class OpenLedger {
  readonly made: Made[] = [];
  /** Keys of calls whose answer never came, and that are asked again. */
  readonly undelivered: string[] = [];
  readonly #known: Map<string, KnownUsage>;
  readonly #warned = new Map<Purse, boolean>();
  readonly #isWarned: (purse: Purse) => Promise<boolean>;
  #spent: Spent;

  constructor(spent: Spent, known: Map<string, KnownUsage>, isWarned: (purse: Purse) => Promise<boolean>) {
    this.#spent = spent;
    this.#known = known;
    this.#isWarned = isWarned;
  }

  /** A released key holds nothing back any more, and one whose answer never came is asked again: both are decided like new. */
  async reserve(usage: ReservedUsage, budgets: Budgets): Promise<Reservation | OverBudget> {
    const earlier = this.#known.get(usage.key);
    if (earlier?.status === "reserved") return { kind: "held", warnings: earlier.warnings };
    if (earlier?.status === "settled") return { kind: "settled" };
    const decision = decideSpending(budgets, this.#spent, usage.state);
    if (decision.kind === "over_budget") return decision;
    this.#spent = withReserved(this.#spent, usage.state);
    const warnings = await this.#firstToPass(decision.pastWarning);
    if (earlier?.status === "undelivered") this.undelivered.push(usage.key);
    this.made.push({ usage, warnings });
    this.#known.set(usage.key, { status: "reserved", warnings: [...(earlier?.warnings ?? []), ...warnings] });
    return { kind: "fresh", warnings };
  }

  async #firstToPass(passed: readonly Purse[]): Promise<readonly PassedWarning[]> {
    const warnings: PassedWarning[] = [];
    for (const purse of passed) {
      const isWarned = this.#warned.get(purse) ?? (await this.#isWarned(purse));
      this.#warned.set(purse, true);
      if (!isWarned) warnings.push({ purse, totalMicroUsd: totalSpent(this.#spent.purses[purse]) });
    }
    return warnings;
  }
}

interface KnownUsage {
  readonly status: string;
  readonly warnings: readonly PassedWarning[];
}

async function readKnown(
  connection: Connection,
  usages: readonly ReservedUsage[],
): Promise<Map<string, KnownUsage>> {
  const keys = usages.map(({ key }) => key);
  const { rows } = await connection.query(
    sql`select key, status, warnings from aas.usages where key = any(${keys})`,
  );
  return new Map(
    rows.map((from) => {
      const row = new RowReader("usages", from, "key");
      const warnings = row.list("warnings") as readonly PassedWarning[];
      return [row.text("key"), { status: row.text("status"), warnings }];
    }),
  );
}

/** Reservations from one purse are decided one after the other: this is what holds the caps. */
async function lockPurses(connection: Connection, runId: RunId, { purses }: Budgets): Promise<void> {
  if (isCapped(purses.project) || isCapped(purses.day)) {
    await connection.query(
      sql`select id from aas.projects where id = (select project_id from aas.runs where id = ${runId}) for no key update`,
    );
  }
  const row = await findRow(connection, sql`select id from aas.runs where id = ${runId} for no key update`);
  if (row === null) throw new AasError("not_found", `There is no run ${runId}.`);
}

async function isWarnedOf(connection: Connection, usage: ReservedUsage, purse: Purse): Promise<boolean> {
  const warned = json([{ purse }]);
  const row = await findRow(
    connection,
    sql`select key from aas.usages where ${isOfPurse(purse, usage)} and warnings @> ${warned}::jsonb limit 1`,
  );
  return row !== null;
}

async function moveAside(connection: Connection, key: string): Promise<void> {
  for (let number = 1; ; number += 1) {
    const aside = lostKey(key, number);
    if ((await findRow(connection, sql`select key from aas.usages where key = ${aside}`)) !== null) continue;
    await connection.query(
      sql`update aas.usages set key = ${aside} where key = ${key} and status = 'undelivered'`,
    );
    return;
  }
}

async function writeReservations(connection: Connection, made: readonly Made[]): Promise<void> {
  if (made.length === 0) return;
  await connection.query(
    sql`insert into aas.usages (key, run_id, purpose, prompt_version, provider, model, tier, status, micro_usd,
          most_tokens, warnings, created_at)
        select key, run_id, purpose, prompt_version, provider, model, tier, 'reserved', micro_usd, most_tokens,
          warnings, created_at
        from jsonb_to_recordset(${json(made.map(toRow))}::jsonb)
          as row(key text, run_id text, purpose text, prompt_version text, provider text, model text, tier text,
            micro_usd bigint, most_tokens bigint, warnings jsonb, created_at timestamptz)
        on conflict (key) do update set
          status = excluded.status,
          prompt_version = excluded.prompt_version,
          micro_usd = excluded.micro_usd,
          most_tokens = excluded.most_tokens,
          tier = excluded.tier,
          warnings = usages.warnings || excluded.warnings,
          created_at = excluded.created_at
        where usages.status = 'released'`,
  );
}

function toRow({ usage, warnings }: Made): object {
  const { microUsd, tokens } = usage.state;
  return { ...columnsOfCall(usage), micro_usd: microUsd, most_tokens: tokens, warnings };
}
