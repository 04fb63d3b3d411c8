import type { ProjectId } from "../../domain/ids.ts";
import type { Json } from "../../domain/json.ts";
import type { Project, ProjectStore } from "../../ports/project-store.ts";
import { type Connection, findRow } from "./connection.ts";
import { type Row, RowReader } from "./rows/row-reader.ts";
import { json, rowOf, sql } from "./sql.ts";

export class PostgresProjectStore implements ProjectStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async insert(project: Project): Promise<void> {
    const row = rowOf({
      id: project.id,
      name: project.name,
      repository: project.repository,
      created_at: project.createdAt,
    });
    await this.#connection.query(sql`insert into aas.projects ${row} on conflict (id) do nothing`);
  }

  async find(id: ProjectId): Promise<Project | null> {
    const row = await findRow(this.#connection, sql`select * from aas.projects where id = ${id}`);
    return row === null ? null : toProject(row);
  }

  async readNote(id: ProjectId, name: string): Promise<Json | null> {
    const row = await findRow(
      this.#connection,
      sql`select project_id, value from aas.project_notes where project_id = ${id} and name = ${name}`,
    );
    return row === null ? null : new RowReader("project_notes", row, "project_id").json("value");
  }

  async writeNote(id: ProjectId, name: string, value: Json): Promise<void> {
    const row = rowOf({ project_id: id, name, value: json(value) });
    await this.#connection.query(
      sql`insert into aas.project_notes ${row}
          on conflict (project_id, name) do update set value = excluded.value`,
    );
  }
}

function toProject(from: Row): Project {
  const row = new RowReader("projects", from);
  return {
    id: row.text("id") as ProjectId,
    name: row.text("name"),
    repository: row.text("repository"),
    createdAt: row.time("created_at"),
  };
}
