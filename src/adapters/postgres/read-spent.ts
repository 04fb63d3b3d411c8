import type { Purse, Spending, Spent } from "../../domain/money/budget.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Usage } from "../../domain/money/usage.ts";
import { type Connection, findRow } from "./connection.ts";
import { RowReader } from "./rows/row-reader.ts";
import { type Sql, sql } from "./sql.ts";

/** What a call whose answer never came may have cost stays held back. */
const sums = sql`
  coalesce(sum(micro_usd) filter (where status = 'settled'), 0) as settled,
  coalesce(sum(micro_usd) filter (where status in ('reserved', 'undelivered')), 0) as reserved`;

/** Of an estimate nobody knows the tokens: the most that it can have taken counts. */
const tokens = sql`
  coalesce(sum(case
    when status = 'released' then 0
    when status = 'settled' and not is_estimated then input_tokens + output_tokens
    else most_tokens
  end), 0) as tokens`;

export async function readSpending(connection: Connection, runId: RunId): Promise<Spending> {
  const row = await findRow(
    connection,
    sql`select ${runId}::text as run_id, ${sums} from aas.usages where run_id = ${runId}`,
  );
  return toSpending(new RowReader("usages", row ?? {}, "run_id"));
}

/** What is spent and held back in every purse that a usage is paid from. */
export async function readSpent(connection: Connection, usage: Usage): Promise<Spent> {
  const row = await findRow(
    connection,
    sql`select ${usage.runId}::text as run_id, ${sums}, ${tokens}
        from aas.usages where ${isOfPurse("run", usage)}`,
  );
  const run = new RowReader("usages", row ?? {}, "run_id");
  return {
    purses: {
      run: toSpending(run),
      project: await readPurse(connection, "project", usage),
      day: await readPurse(connection, "day", usage),
    },
    runTokens: run.integer("tokens"),
  };
}

async function readPurse(connection: Connection, purse: Purse, usage: Usage): Promise<Spending> {
  const row = await findRow(
    connection,
    sql`select ${usage.runId}::text as run_id, ${sums} from aas.usages where ${isOfPurse(purse, usage)}`,
  );
  return toSpending(new RowReader("usages", row ?? {}, "run_id"));
}

/** Which rows are paid from the same purse: the same run's, the same project's, or those of the project's same day (UTC). */
export function isOfPurse(purse: Purse, { runId, createdAt }: Usage): Sql {
  const ofProject = sql`run_id in (
    select id from aas.runs where project_id = (select project_id from aas.runs where id = ${runId}))`;
  switch (purse) {
    case "run":
      return sql`run_id = ${runId}`;
    case "project":
      return ofProject;
    case "day": {
      const day = createdAt.toISOString().slice(0, 10);
      return sql`${ofProject}
        and created_at >= (${day}::timestamp at time zone 'UTC')
        and created_at < ((${day}::timestamp + interval '1 day') at time zone 'UTC')`;
    }
  }
}

function toSpending(row: RowReader): Spending {
  return { settledMicroUsd: row.integer("settled"), reservedMicroUsd: row.integer("reserved") };
}
