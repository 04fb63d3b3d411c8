import type { Analysis } from "../../domain/analysis.ts";
import type { Batch } from "../../domain/batch.ts";
import type { BatchId, RunId, TaskKey } from "../../domain/ids.ts";
import type { BatchStore } from "../../ports/batch-store.ts";
import { changingColumnsOf, toAnalysis, toBatch } from "./batch-rows.ts";
import { type Connection, findRow, insertNew, isChanged } from "./connection.ts";
import { changeOf, json, rowOf, sql } from "./sql.ts";

export class PostgresBatchStore implements BatchStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async insert(batch: Batch): Promise<void> {
    const row = rowOf({
      id: batch.id,
      run_id: batch.runId,
      version: batch.version,
      created_at: batch.createdAt,
      ...changingColumnsOf(batch),
    });
    await insertNew(
      this.#connection,
      sql`insert into aas.batches ${row} on conflict do nothing`,
      `The batch ${batch.id}`,
    );
  }

  async replace(batch: Batch): Promise<boolean> {
    return isChanged(
      this.#connection,
      sql`update aas.batches set version = version + 1, ${changeOf(changingColumnsOf(batch))}
          where id = ${batch.id} and version = ${batch.version}`,
    );
  }

  async find(id: BatchId): Promise<Batch | null> {
    const row = await findRow(this.#connection, sql`select * from aas.batches where id = ${id}`);
    return row === null ? null : toBatch(row);
  }

  async listOfRun(runId: RunId): Promise<readonly Batch[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.batches where run_id = ${runId} order by created_at, id`,
    );
    return rows.map(toBatch);
  }

  async insertAnalysis(analysis: Analysis): Promise<void> {
    const row = rowOf({
      run_id: analysis.runId,
      custom_id: analysis.customId,
      task_key: analysis.taskKey,
      raw: analysis.raw,
      parsed: analysis.parsed === null ? null : json(analysis.parsed),
      created_at: analysis.createdAt,
    });
    await this.#connection.query(
      sql`insert into aas.analyses ${row} on conflict (run_id, custom_id) do nothing`,
    );
  }

  async listAnalyses(runId: RunId): Promise<readonly Analysis[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.analyses where run_id = ${runId} order by created_at, custom_id`,
    );
    return rows.map(toAnalysis);
  }

  /** A task that was asked about again has several: the newest counts. */
  async findAnalysis(runId: RunId, taskKey: TaskKey): Promise<Analysis | null> {
    const row = await findRow(
      this.#connection,
      sql`select * from aas.analyses where run_id = ${runId} and task_key = ${taskKey}
          order by created_at desc, custom_id desc
          limit 1`,
    );
    return row === null ? null : toAnalysis(row);
  }
}
