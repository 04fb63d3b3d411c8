import type { Attempt } from "../../domain/attempt.ts";
import type { Audit } from "../../domain/audit.ts";
import type { AttemptId, RunId, SubmissionId, TaskId } from "../../domain/ids.ts";
import type { Submission } from "../../domain/submission.ts";
import type { AttemptStore } from "../../ports/attempt-store.ts";
import {
  changingColumnsOf,
  columnsOfAudit,
  columnsOfSubmission,
  toAttempt,
  toAudit,
  toSubmission,
} from "./rows/attempt-rows.ts";
import { type Connection, findRow, insertNew, isChanged } from "./connection.ts";
import { changeOf, rowOf, sql } from "./sql.ts";

export class PostgresAttemptStore implements AttemptStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async insert(attempt: Attempt): Promise<void> {
    const row = rowOf({
      id: attempt.id,
      task_id: attempt.taskId,
      run_id: attempt.runId,
      version: attempt.version,
      round: attempt.round,
      number: attempt.number,
      ...changingColumnsOf(attempt),
    });
    await insertNew(
      this.#connection,
      sql`insert into aas.attempts ${row} on conflict do nothing`,
      `Attempt ${attempt.number} of round ${attempt.round} of ${attempt.taskId} (${attempt.id})`,
    );
  }

  async replace(attempt: Attempt): Promise<boolean> {
    return isChanged(
      this.#connection,
      sql`update aas.attempts set version = version + 1, ${changeOf(changingColumnsOf(attempt))}
          where id = ${attempt.id} and version = ${attempt.version}`,
    );
  }

  async find(id: AttemptId): Promise<Attempt | null> {
    const row = await findRow(this.#connection, sql`select * from aas.attempts where id = ${id}`);
    return row === null ? null : toAttempt(row);
  }

  async listOfTask(taskId: TaskId): Promise<readonly Attempt[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.attempts where task_id = ${taskId} order by round, number`,
    );
    return rows.map(toAttempt);
  }

  async listOfRun(runId: RunId): Promise<readonly Attempt[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.attempts where run_id = ${runId} order by started_at, id`,
    );
    return rows.map(toAttempt);
  }

  async insertSubmission(submission: Submission): Promise<void> {
    const row = rowOf(columnsOfSubmission(submission));
    await this.#connection.query(sql`insert into aas.submissions ${row} on conflict (id) do nothing`);
  }

  async findSubmission(id: SubmissionId): Promise<Submission | null> {
    const row = await findRow(this.#connection, sql`select * from aas.submissions where id = ${id}`);
    return row === null ? null : toSubmission(row);
  }

  async insertAudit(audit: Audit): Promise<void> {
    const row = rowOf(columnsOfAudit(audit));
    await this.#connection.query(sql`insert into aas.audits ${row} on conflict (id) do nothing`);
  }

  async listAudits(submissionId: SubmissionId): Promise<readonly Audit[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.audits where submission_id = ${submissionId} order by created_at, id`,
    );
    return rows.map(toAudit);
  }
}
