import { type Budget, decideSpending, type Spending } from "../../domain/budget.ts";
import { AasError } from "../../domain/errors.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Usage, UsageState } from "../../domain/usage.ts";
import type { Reservation, UsageLedger } from "../../ports/usage-ledger.ts";
import { type Connection, findRow } from "./connection.ts";
import { type Row, RowReader } from "./row-reader.ts";
import { changeOf, type Columns, rowOf, sql } from "./sql.ts";

export class PostgresUsageLedger implements UsageLedger {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async reserve(
    usage: Usage & { readonly state: { readonly status: "reserved" } },
    budget: Budget,
    perDayMicroUsd: number | null = null,
  ): Promise<Reservation> {
    return this.#connection.atomically(async (connection) => {
      if (perDayMicroUsd !== null) await lockProject(connection, usage.runId);
      await lockRun(connection, usage.runId);
      const earlier = await findReservation(connection, usage.key);
      if (earlier !== null) return earlier;
      const spent = await readSpending(connection, usage.runId);
      const decision = decideSpending(budget, spent, usage.state.microUsd);
      const missingToday =
        perDayMicroUsd === null ? 0 : await missingOfDay(connection, usage, perDayMicroUsd);
      if (missingToday > 0) return { kind: "over_budget", missingMicroUsd: missingToday };
      if (decision.kind === "over") return { kind: "over_budget", missingMicroUsd: decision.missingMicroUsd };
      await writeReservation(connection, usage, decision.isPastWarning);
      return { kind: "reserved", isPastWarning: decision.isPastWarning };
    });
  }

  async settle(key: string, state: Exclude<UsageState, { status: "reserved" }>): Promise<void> {
    await this.#connection.query(
      sql`update aas.usages set ${changeOf(columnsOfState(state))} where key = ${key} and status = 'reserved'`,
    );
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

/** Where a day has a cap, reservations of one project are decided one after the other. */
async function lockProject(connection: Connection, runId: RunId): Promise<void> {
  await connection.query(
    sql`select id from aas.projects where id = (select project_id from aas.runs where id = ${runId}) for no key update`,
  );
}

async function missingOfDay(
  connection: Connection,
  usage: Usage & { readonly state: { readonly status: "reserved" } },
  perDayMicroUsd: number,
): Promise<number> {
  const today = await readSpendingOfDay(connection, usage);
  const day = decideSpending(
    { limitMicroUsd: perDayMicroUsd, warnMicroUsd: null },
    today,
    usage.state.microUsd,
  );
  return day.kind === "over" ? day.missingMicroUsd : 0;
}

/** All runs of the usage's project, on the usage's day. */
async function readSpendingOfDay(connection: Connection, { runId, createdAt }: Usage): Promise<Spending> {
  const day = createdAt.toISOString().slice(0, 10);
  const row = await findRow(
    connection,
    sql`select ${runId}::text as run_id,
          coalesce(sum(micro_usd) filter (where status = 'settled'), 0) as settled,
          coalesce(sum(micro_usd) filter (where status = 'reserved'), 0) as reserved
        from aas.usages
        where run_id in (
            select id from aas.runs where project_id = (select project_id from aas.runs where id = ${runId}))
          and created_at >= (${day}::timestamp at time zone 'UTC')
          and created_at < ((${day}::timestamp + interval '1 day') at time zone 'UTC')`,
  );
  return toSpending(row);
}

/** Reservations of one run are decided one after the other: this is what holds the cap. */
async function lockRun(connection: Connection, runId: RunId): Promise<void> {
  const row = await findRow(connection, sql`select id from aas.runs where id = ${runId} for no key update`);
  if (row === null) throw new AasError("not_found", `There is no run ${runId}.`);
}

/** A released key holds nothing back any more, so it is decided like a new one. */
async function findReservation(connection: Connection, key: string): Promise<Reservation | null> {
  const row = await findRow(
    connection,
    sql`select key, is_past_warning from aas.usages where key = ${key} and status <> 'released'`,
  );
  if (row === null) return null;
  return { kind: "reserved", isPastWarning: new RowReader("usages", row, "key").flag("is_past_warning") };
}

async function readSpending(connection: Connection, runId: RunId): Promise<Spending> {
  const row = await findRow(
    connection,
    sql`select ${runId}::text as run_id,
          coalesce(sum(micro_usd) filter (where status = 'settled'), 0) as settled,
          coalesce(sum(micro_usd) filter (where status = 'reserved'), 0) as reserved
        from aas.usages where run_id = ${runId}`,
  );
  return toSpending(row);
}

function toSpending(row: Row | null): Spending {
  const sums = new RowReader("usages", row ?? {}, "run_id");
  return { settledMicroUsd: sums.integer("settled"), reservedMicroUsd: sums.integer("reserved") };
}

async function writeReservation(connection: Connection, usage: Usage, isPastWarning: boolean): Promise<void> {
  const row = rowOf({
    key: usage.key,
    run_id: usage.runId,
    purpose: usage.purpose,
    prompt_version: usage.promptVersion,
    provider: usage.provider,
    model: usage.model,
    ...columnsOfState(usage.state),
    is_past_warning: isPastWarning,
    created_at: usage.createdAt,
  });
  await connection.query(
    sql`insert into aas.usages ${row}
        on conflict (key) do update set
          status = excluded.status,
          prompt_version = excluded.prompt_version,
          micro_usd = excluded.micro_usd,
          is_past_warning = excluded.is_past_warning
        where usages.status = 'released'`,
  );
}

function columnsOfState(state: UsageState): Columns {
  return {
    status: state.status,
    micro_usd: state.status === "released" ? null : state.microUsd,
    input_tokens: state.status === "settled" ? state.inputTokens : null,
    output_tokens: state.status === "settled" ? state.outputTokens : null,
    is_estimated: state.status === "settled" ? state.isEstimated : null,
  };
}

function toUsage(from: Row): Usage {
  const row = new RowReader("usages", from, "key");
  return {
    key: row.text("key"),
    runId: row.text("run_id") as RunId,
    purpose: row.text("purpose"),
    promptVersion: row.textOrNull("prompt_version"),
    provider: row.text("provider"),
    model: row.text("model"),
    state: toUsageState(row),
    createdAt: row.time("created_at"),
  };
}

function toUsageState(row: RowReader): UsageState {
  const status = row.oneOf("status", ["reserved", "settled", "released"]);
  switch (status) {
    case "reserved":
      return { status, microUsd: row.integer("micro_usd") };
    case "settled":
      return {
        status,
        microUsd: row.integer("micro_usd"),
        inputTokens: row.integer("input_tokens"),
        outputTokens: row.integer("output_tokens"),
        isEstimated: row.flag("is_estimated"),
      };
    case "released":
      return { status };
  }
}
