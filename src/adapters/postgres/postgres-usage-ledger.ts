import type { Budgets, Spending } from "../../domain/money/budget.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Settlement, Usage } from "../../domain/money/usage.ts";
import type { ChargedUsage, Reservation, ReservedUsage, UsageLedger } from "../../ports/usage-ledger.ts";
import { type Connection, findRow } from "./connection.ts";
import { readSpending } from "./read-spent.ts";
import { reserveUsages } from "./reserve-usages.ts";
import { RowReader } from "./rows/row-reader.ts";
import { changeOf, json, rowOf, sql } from "./sql.ts";
import { columnsOfState, columnsOfUsage, toUsage } from "./rows/usage-rows.ts";

export class PostgresUsageLedger implements UsageLedger {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async reserve(usage: ReservedUsage, budgets: Budgets): Promise<Reservation> {
    const [reservation] = await this.reserveAll([usage], budgets);
    if (reservation === undefined) throw new TypeError(`${usage.key} was not decided`);
    return reservation;
  }

  async reserveAll(usages: readonly ReservedUsage[], budgets: Budgets): Promise<readonly Reservation[]> {
    return this.#connection.atomically((connection) => reserveUsages(connection, usages, budgets));
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
    await this.markAllUndelivered([key], reason);
  }

  async markAllUndelivered(keys: readonly string[], reason: string): Promise<void> {
    if (keys.length === 0) return;
    await this.#connection.query(
      sql`update aas.usages set status = 'undelivered', reason = ${reason}
          where key = any(${keys}) and status = 'reserved'`,
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
