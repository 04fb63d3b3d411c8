import { AasError } from "../../domain/errors.ts";
import type { ProjectId, RunId, TaskId, TaskKey } from "../../domain/ids.ts";
import type { Task } from "../../domain/task.ts";
import type { TaskStore } from "../../ports/task-store.ts";
import { type Connection, findRow, insertNew, isChanged } from "./connection.ts";
import { RowReader } from "./rows/row-reader.ts";
import { changeOf, rowOf, sql } from "./sql.ts";
import { changingColumnsOf, toTask } from "./rows/task-rows.ts";

export class PostgresTaskStore implements TaskStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async insert(task: Task): Promise<void> {
    const row = rowOf({
      id: task.id,
      key: task.key,
      project_id: task.projectId,
      version: task.version,
      created_at: task.createdAt,
      ...changingColumnsOf(task),
    });
    await insertNew(
      this.#connection,
      sql`insert into aas.tasks ${row} on conflict do nothing`,
      `The task ${task.key} (${task.id})`,
    );
  }

  async replace(task: Task): Promise<boolean> {
    return isChanged(
      this.#connection,
      sql`update aas.tasks set version = version + 1, ${changeOf(changingColumnsOf(task))}
          where id = ${task.id} and version = ${task.version}`,
    );
  }

  async find(id: TaskId): Promise<Task | null> {
    const row = await findRow(this.#connection, sql`select * from aas.tasks where id = ${id}`);
    return row === null ? null : toTask(row);
  }

  async get(id: TaskId): Promise<Task> {
    const task = await this.find(id);
    if (task !== null) return task;
    throw new AasError("not_found", `There is no task ${id}.`, { cure: "aas task list" });
  }

  /** The lock makes whoever ends the task wait for us, and us for them. */
  async isActiveIn(id: TaskId, runId: RunId): Promise<boolean> {
    const row = await findRow(
      this.#connection,
      sql`select id from aas.tasks where id = ${id} and run_id = ${runId} and status = 'active' for share`,
    );
    return row !== null;
  }

  async findByKey(projectId: ProjectId, key: TaskKey): Promise<Task | null> {
    const row = await findRow(
      this.#connection,
      sql`select * from aas.tasks where project_id = ${projectId} and key = ${key}`,
    );
    return row === null ? null : toTask(row);
  }

  async listOfRun(runId: RunId): Promise<readonly Task[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.tasks where run_id = ${runId} order by key_numbers, key`,
    );
    return rows.map(toTask);
  }

  async list(projectId: ProjectId): Promise<readonly Task[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.tasks where project_id = ${projectId} order by key_numbers, key`,
    );
    return rows.map(toTask);
  }

  /** The update locks the project's row, so that two callers never get the same. */
  async allocateNumbers(projectId: ProjectId, count: number, atLeast: number): Promise<readonly number[]> {
    const row = await findRow(
      this.#connection,
      sql`update aas.projects
          set last_task_number = ${count}::bigint + greatest(
            last_task_number,
            ${atLeast}::bigint - 1,
            (select key_numbers[1] from aas.tasks where project_id = ${projectId} order by key_numbers desc limit 1)
          )
          where id = ${projectId}
          returning id, last_task_number`,
    );
    if (row === null) throw new AasError("not_found", `There is no project ${projectId}.`);
    const last = new RowReader("projects", row).integer("last_task_number");
    return Array.from({ length: count }, (_, index) => last - count + 1 + index);
  }
}
