import {
  type Budgets,
  decideSpending,
  isCapped,
  type Purse,
  type Spending,
  totalSpent,
} from "../../domain/budget.ts";
import { AasError } from "../../domain/errors.ts";
import type { RunId } from "../../domain/ids.ts";
import { lostKey, type Settlement, type Usage } from "../../domain/usage.ts";
import type {
  ChargedUsage,
  PassedWarning,
  Reservation,
  ReservedUsage,
  UsageLedger,
} from "../../ports/usage-ledger.ts";
import { type Connection, findRow } from "./connection.ts";
import { isOfPurse, readSpending, readSpent } from "./read-spent.ts";
import { RowReader } from "./row-reader.ts";
import { changeOf, json, rowOf, sql } from "./sql.ts";
import { columnsOfState, columnsOfUsage, toUsage } from "./usage-rows.ts";

export class PostgresUsageLedger implements UsageLedger {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async reserve(usage: ReservedUsage, budgets: Budgets): Promise<Reservation> {
    return this.#connection.atomically(async (connection) => {
      await lockPurses(connection, usage.runId, budgets);
      const earlier = await findReservation(connection, usage.key);
      if (earlier !== null) return earlier;
      const spent = await readSpent(connection, usage);
      const decision = decideSpending(budgets, spent, usage.state);
      if (decision.kind === "over_budget") return decision;
      const warnings = await firstToPass(
        connection,
        usage,
        decision.pastWarning.map((purse) => ({
          purse,
          totalMicroUsd: totalSpent(spent.purses[purse]) + usage.state.microUsd,
        })),
      );
      await moveUndeliveredAside(connection, usage.key);
      await writeReservation(connection, usage, warnings);
      return { kind: "reserved", warnings, isRepeated: false };
    });
  }

  async settle(key: string, settlement: Settlement): Promise<void> {
    await this.#connection.query(
      sql`update aas.usages set ${changeOf(columnsOfState(settlement))}
          where key = ${key} and status in ('reserved', 'undelivered')`,
    );
  }

  async settleAll(settlements: ReadonlyMap<string, Settlement>): Promise<void> {
    if (settlements.size === 0) return;
    const rows = [...settlements].map(([key, settlement]) => ({ key, ...columnsOfState(settlement) }));
    await this.#connection.query(
      sql`update aas.usages as known set
            status = row.status, micro_usd = row.micro_usd, reason = null,
            input_tokens = row.input_tokens, cache_read_tokens = row.cache_read_tokens,
            cache_write_tokens = row.cache_write_tokens, output_tokens = row.output_tokens,
            standard_micro_usd = row.standard_micro_usd, answered_by = row.answered_by,
            rates = row.rates::jsonb, is_estimated = row.is_estimated
          from jsonb_to_recordset(${json(rows)}::jsonb)
            as row(key text, status text, micro_usd bigint, input_tokens bigint, cache_read_tokens bigint,
              cache_write_tokens bigint, output_tokens bigint, standard_micro_usd bigint, answered_by text,
              rates text, is_estimated boolean)
          where known.key = row.key and known.status in ('reserved', 'undelivered')`,
    );
  }

  async markUndelivered(key: string, reason: string): Promise<void> {
    await this.#connection.query(
      sql`update aas.usages set status = 'undelivered', reason = ${reason}
          where key = ${key} and status = 'reserved'`,
    );
  }

  async insertCharge(usage: ChargedUsage): Promise<void> {
    const row = rowOf(columnsOfUsage(usage, []));
    await this.#connection.query(sql`insert into aas.usages ${row} on conflict (key) do nothing`);
  }

  async find(key: string): Promise<Usage | null> {
    const row = await findRow(this.#connection, sql`select * from aas.usages where key = ${key}`);
    return row === null ? null : toUsage(row);
  }

  async listOf(keys: readonly string[]): Promise<readonly Usage[]> {
    const { rows } = await this.#connection.query(sql`select * from aas.usages where key = any(${keys})`);
    return rows.map(toUsage);
  }

  async spendingOf(runId: RunId): Promise<Spending> {
    return readSpending(this.#connection, runId);
  }

  async listOfRun(runId: RunId): Promise<readonly Usage[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.usages where run_id = ${runId} order by created_at, key`,
    );
    return rows.map(toUsage);
  }

  async findReply(key: string): Promise<string | null> {
    const row = await findRow(this.#connection, sql`select key, reply from aas.replies where key = ${key}`);
    return row === null ? null : new RowReader("replies", row, "key").text("reply");
  }

  async insertReply(key: string, runId: RunId, reply: string): Promise<void> {
    const row = rowOf({ key, run_id: runId, reply });
    await this.#connection.query(sql`insert into aas.replies ${row} on conflict (key) do nothing`);
  }
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

/** A released key holds nothing back any more, and one whose answer never came is asked again: both are decided like new. */
async function findReservation(connection: Connection, key: string): Promise<Reservation | null> {
  const row = await findRow(
    connection,
    sql`select key, warnings from aas.usages where key = ${key} and status in ('reserved', 'settled')`,
  );
  if (row === null) return null;
  const warnings = new RowReader("usages", row, "key").list("warnings") as readonly PassedWarning[];
  return { kind: "reserved", warnings, isRepeated: true };
}

async function firstToPass(
  connection: Connection,
  usage: Usage,
  passed: readonly PassedWarning[],
): Promise<readonly PassedWarning[]> {
  const first: PassedWarning[] = [];
  for (const warning of passed)
    if (!(await isWarnedOf(connection, usage, warning.purse))) first.push(warning);
  return first;
}

async function isWarnedOf(connection: Connection, usage: Usage, purse: Purse): Promise<boolean> {
  const warned = json([{ purse }]);
  const row = await findRow(
    connection,
    sql`select key from aas.usages where ${isOfPurse(purse, usage)} and warnings @> ${warned}::jsonb limit 1`,
  );
  return row !== null;
}

async function moveUndeliveredAside(connection: Connection, key: string): Promise<void> {
  for (let number = 1; ; number += 1) {
    const aside = lostKey(key, number);
    if ((await findRow(connection, sql`select key from aas.usages where key = ${aside}`)) !== null) continue;
    await connection.query(
      sql`update aas.usages set key = ${aside} where key = ${key} and status = 'undelivered'`,
    );
    return;
  }
}

async function writeReservation(
  connection: Connection,
  usage: ReservedUsage,
  warnings: readonly PassedWarning[],
): Promise<void> {
  const row = rowOf(columnsOfUsage(usage, warnings));
  await connection.query(
    sql`insert into aas.usages ${row}
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
