import { AasError } from "../../domain/errors.ts";
import type { ProjectId, RunId } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { RunFilter, RunStore } from "../../ports/run-store.ts";
import { type Connection, findRow, insertNew, isChanged } from "./connection.ts";
import { changingColumnsOf, toRun } from "./rows/run-rows.ts";
import { changeOf, rowOf, sql } from "./sql.ts";

export class PostgresRunStore implements RunStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async insert(run: Run): Promise<void> {
    const row = rowOf({
      id: run.id,
      project_id: run.projectId,
      version: run.version,
      created_at: run.createdAt,
      ...changingColumnsOf(run),
    });
    await insertNew(
      this.#connection,
      sql`insert into aas.runs ${row} on conflict do nothing`,
      `The run ${run.id}`,
    );
  }

  async replace(run: Run): Promise<boolean> {
    return isChanged(
      this.#connection,
      sql`update aas.runs set version = version + 1, ${changeOf(changingColumnsOf(run))}
          where id = ${run.id} and version = ${run.version}`,
    );
  }

  async find(id: RunId): Promise<Run | null> {
    const row = await findRow(this.#connection, sql`select * from aas.runs where id = ${id}`);
    return row === null ? null : toRun(row);
  }

  async get(id: RunId): Promise<Run> {
    const run = await this.find(id);
    if (run !== null) return run;
    throw new AasError("not_found", `There is no run ${id}.`, { cure: "aas automate list" });
  }

  async list(projectId: ProjectId, filter: RunFilter): Promise<readonly Run[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.runs
          where project_id = ${projectId}
            and (${filter.statuses ?? null}::text[] is null or status = any (${filter.statuses ?? null}::text[]))
            and (not ${filter.hasOpenWork ?? false}::boolean
              or exists (select from aas.tasks
                where run_id = runs.id and status not in ('done', 'canceled'))
              or exists (select from aas.integrations where run_id = runs.id and outcome is null)
              or exists (select from aas.batches
                where run_id = runs.id and status not in ('completed', 'failed', 'expired', 'canceled')))
          order by created_at desc, id desc
          limit ${filter.limit ?? null}::bigint`,
    );
    return rows.map(toRun);
  }
}
