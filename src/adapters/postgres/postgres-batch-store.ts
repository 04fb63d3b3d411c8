import type { Analysis } from "../../domain/analysis.ts";
import type { Batch, BatchHead, BatchItem } from "../../domain/batch.ts";
import type { BatchId, ProjectId, RunId, TaskKey } from "../../domain/ids.ts";
import type { RequestOutcome } from "../../domain/batching/request-outcome.ts";
import type { BatchStore, ItemRange } from "../../ports/batch-store.ts";
import {
  changingColumnsOf,
  fromOutcome,
  headColumns,
  toAnalysis,
  toBatch,
  toBatchHead,
  toItemOfRow,
  toOutcome,
} from "./rows/batch-rows.ts";
import { type Connection, findRow, insertNew, isChanged } from "./connection.ts";
import { RowReader } from "./rows/row-reader.ts";
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
      items: json(batch.items),
      ...changingColumnsOf(batch),
    });
    await insertNew(
      this.#connection,
      sql`insert into aas.batches ${row} on conflict do nothing`,
      `The batch ${batch.id}`,
    );
  }

  async replace(batch: BatchHead): Promise<boolean> {
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

  async findHead(id: BatchId): Promise<BatchHead | null> {
    const row = await findRow(this.#connection, sql`select ${headColumns} from aas.batches where id = ${id}`);
    return row === null ? null : toBatchHead(row);
  }

  async listItems(id: BatchId, { skip, limit }: ItemRange): Promise<readonly BatchItem[]> {
    const { rows } = await this.#connection.query(
      sql`select position, item from aas.batches, jsonb_array_elements(items) with ordinality as list (item, position)
          where id = ${id} and position > ${skip} and position <= ${skip + limit} order by position`,
    );
    return rows.map(toItemOfRow);
  }

  async holdsAny(runId: RunId, customIds: readonly string[]): Promise<boolean> {
    const row = await findRow(
      this.#connection,
      sql`select b.id from aas.batches b, jsonb_array_elements(b.items) as item
          where b.run_id = ${runId} and item ->> 'customId' = any(${customIds}) limit 1`,
    );
    return row !== null;
  }

  async listProviderRefs(projectId: ProjectId, provider: string): Promise<readonly string[]> {
    const { rows } = await this.#connection.query(
      sql`select b.id, b.provider_ref from aas.batches b join aas.runs r on r.id = b.run_id
          where r.project_id = ${projectId} and b.provider = ${provider} and b.provider_ref is not null`,
    );
    return rows.map((row) => new RowReader("batches", row).text("provider_ref"));
  }

  async listOfRun(runId: RunId): Promise<readonly Batch[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.batches where run_id = ${runId} order by created_at, id`,
    );
    return rows.map(toBatch);
  }

  async listHeadsOfRun(runId: RunId): Promise<readonly BatchHead[]> {
    const { rows } = await this.#connection.query(
      sql`select ${headColumns} from aas.batches where run_id = ${runId} order by created_at, id`,
    );
    return rows.map(toBatchHead);
  }

  async list(projectId: ProjectId, limit: number): Promise<readonly Batch[]> {
    const { rows } = await this.#connection.query(
      sql`select b.* from aas.batches b join aas.runs r on r.id = b.run_id
          where r.project_id = ${projectId} order by b.created_at desc, b.id desc limit ${limit}`,
    );
    return rows.map(toBatch);
  }

  async listUnsettledOfEnded(projectId: ProjectId): Promise<readonly BatchHead[]> {
    const { rows } = await this.#connection.query(
      sql`select ${headColumns} from aas.batches b
          where status not in ('completed', 'failed', 'expired', 'canceled') and exists (
            select from aas.runs r
            where r.id = b.run_id and r.project_id = ${projectId} and r.status in ('canceled', 'failed'))
          order by created_at, id`,
    );
    return rows.map(toBatchHead);
  }

  async listSettled(projectId: ProjectId): Promise<readonly BatchId[]> {
    const { rows } = await this.#connection.query(
      sql`select b.id from aas.batches b join aas.runs r on r.id = b.run_id
          where r.project_id = ${projectId} and b.status in ('completed', 'failed', 'expired', 'canceled')
          order by b.created_at, b.id`,
    );
    return rows.map((row) => new RowReader("batches", row).text("id") as BatchId);
  }

  async insertAnalyses(analyses: readonly Analysis[]): Promise<void> {
    const rows = analyses.map(({ runId, customId, taskKey, raw, parsed, createdAt }) => ({
      run_id: runId,
      custom_id: customId,
      task_key: taskKey,
      raw,
      parsed,
      created_at: createdAt,
    }));
    await this.#connection.query(
      sql`insert into aas.analyses
          select * from jsonb_to_recordset(${json(rows)}::jsonb)
            as row(run_id text, custom_id text, task_key text, raw text, parsed jsonb, created_at timestamptz)
          on conflict (run_id, custom_id) do nothing`,
    );
  }

  async insertOutcomes(outcomes: readonly RequestOutcome[]): Promise<void> {
    await this.#connection.query(
      sql`insert into aas.request_outcomes as known
          select distinct on (run_id, custom_id) * from jsonb_to_recordset(${json(outcomes.map(fromOutcome))}::jsonb)
            as row(run_id text, custom_id text, task_key text, batch_id text, status text, message text,
              created_at timestamptz)
          order by run_id, custom_id, status <> 'ok'
          on conflict (run_id, custom_id) do update set status = excluded.status, message = excluded.message
          where known.status <> 'ok' and excluded.status = 'ok'`,
    );
  }

  async listOutcomes(runId: RunId): Promise<readonly RequestOutcome[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.request_outcomes where run_id = ${runId} order by created_at, custom_id`,
    );
    return rows.map(toOutcome);
  }

  async listOutcomesOf(runId: RunId, customIds: readonly string[]): Promise<readonly RequestOutcome[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.request_outcomes where run_id = ${runId} and custom_id = any(${customIds})`,
    );
    return rows.map(toOutcome);
  }

  async listAnalysesOf(runId: RunId, customIds: readonly string[]): Promise<readonly Analysis[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.analyses where run_id = ${runId} and custom_id = any(${customIds})`,
    );
    return rows.map(toAnalysis);
  }

  async listAnalyses(runId: RunId): Promise<readonly Analysis[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.analyses where run_id = ${runId} order by created_at, custom_id`,
    );
    return rows.map(toAnalysis);
  }

  async listAnalysesOfTask(runId: RunId, taskKey: TaskKey): Promise<readonly Analysis[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.analyses where run_id = ${runId} and task_key = ${taskKey}
          order by created_at, custom_id`,
    );
    return rows.map(toAnalysis);
  }

  /** A task that was asked about again has several: this is the newest. */
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
