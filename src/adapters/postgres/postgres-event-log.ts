import { type Event, eventTypes, type NewEvent } from "../../domain/event.ts";
import type { ProjectId, RunId } from "../../domain/ids.ts";
import type { EventLog } from "../../ports/event-log.ts";
import { type Connection, findRow } from "./connection.ts";
import { type Row, RowReader } from "./rows/row-reader.ts";
import { json, sql } from "./sql.ts";

export class PostgresEventLog implements EventLog {
  readonly #connection: Connection;
  readonly #write: (events: readonly NewEvent[]) => Promise<void>;

  /** `write` decides when: at once, or at the end of the transaction under way. */
  constructor(connection: Connection, write: (events: readonly NewEvent[]) => Promise<void>) {
    this.#connection = connection;
    this.#write = write;
  }

  async append(events: readonly NewEvent[]): Promise<void> {
    if (events.length > 0) await this.#write(events);
  }

  async listAfter(projectId: ProjectId, seq: number, limit: number): Promise<readonly Event[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.events where project_id = ${projectId} and seq > ${seq} order by seq limit ${limit}`,
    );
    return rows.map(toEvent);
  }

  async listOfRun(runId: RunId): Promise<readonly Event[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.events where run_id = ${runId} order by seq`,
    );
    return rows.map(toEvent);
  }

  async lastSeq(projectId: ProjectId): Promise<number> {
    const row = await findRow(
      this.#connection,
      sql`select ${projectId}::text as project_id, coalesce(max(seq), 0) as seq
          from aas.events where project_id = ${projectId}`,
    );
    return new RowReader("events", row ?? {}, "project_id").integer("seq");
  }
}

/**
 * One statement, so that it is whole without a transaction of its own. It holds the head's row from here to the commit:
 * nobody may come later with a lower number.
 */
export async function writeEvents(connection: Connection, events: readonly NewEvent[]): Promise<void> {
  await connection.query(
    sql`with head as (
          update aas.event_head set seq = seq + ${events.length}::bigint
          returning seq - ${events.length}::bigint as before
        )
        insert into aas.events
          (seq, project_id, run_id, type, subject, actor, from_state, to_state, reason, details, happened_at)
        select head.before + position, event->>'projectId', event->>'runId', event->>'type', event->>'subject',
          event->>'actor', event->>'from', event->>'to', event->>'reason', event->'details',
          (event->>'at')::timestamptz
        from head, jsonb_array_elements(${json(events)}::jsonb) with ordinality as list (event, position)`,
  );
}

function toEvent(from: Row): Event {
  const row = new RowReader("events", from, "seq");
  return {
    seq: row.integer("seq"),
    projectId: row.text("project_id") as ProjectId,
    runId: row.textOrNull("run_id") as RunId | null,
    type: row.oneOf("type", eventTypes),
    subject: row.text("subject"),
    actor: row.text("actor"),
    from: row.textOrNull("from_state"),
    to: row.textOrNull("to_state"),
    reason: row.textOrNull("reason"),
    details: row.object("details") as Event["details"],
    at: row.time("happened_at"),
  };
}
