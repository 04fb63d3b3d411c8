import type { NotificationId, RunId } from "../../domain/ids.ts";
import { type Notification, notificationKinds, type NotificationState } from "../../domain/notification.ts";
import type { Outbox } from "../../ports/outbox.ts";
import { type Connection, findRow } from "./connection.ts";
import { type Row, RowReader } from "./rows/row-reader.ts";
import { changeOf, type Columns, rowOf, sql } from "./sql.ts";

export class PostgresOutbox implements Outbox {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async insert(notification: Notification): Promise<void> {
    const row = rowOf({
      id: notification.id,
      key: notification.key,
      run_id: notification.runId,
      channel: notification.channel,
      kind: notification.kind,
      title: notification.title,
      text: notification.text,
      created_at: notification.createdAt,
      ...changingColumnsOf(notification),
    });
    await this.#connection.query(sql`insert into aas.notifications ${row} on conflict (key) do nothing`);
  }

  /** The inner query stays apart (`materialized`): joined into the update, its limit would be applied more than once. */
  async claimDue(now: Date, leaseMs: number, channels: readonly string[]): Promise<Notification | null> {
    const until = new Date(now.getTime() + leaseMs);
    const row = await findRow(
      this.#connection,
      sql`with due as materialized (
            select id from aas.notifications
            where status = 'pending' and next_attempt_at <= ${now} and channel = any(${channels}::text[])
            order by created_at, id
            limit 1
            for update skip locked
          )
          update aas.notifications set next_attempt_at = ${until}
          from due where notifications.id = due.id
          returning notifications.*`,
    );
    return row === null ? null : toNotification(row);
  }

  async nextDueAt(channels: readonly string[]): Promise<Date | null> {
    const row = await findRow(
      this.#connection,
      sql`select next_attempt_at from aas.notifications
          where status = 'pending' and channel = any(${channels}::text[])
          order by next_attempt_at
          limit 1`,
    );
    return row === null ? null : new RowReader("notifications", row).time("next_attempt_at");
  }

  /** What is delivered or given up stays so, whatever a worker says whose claim had run out. */
  async settle(
    id: Notification["id"],
    change: Pick<Notification, "state" | "attempts" | "nextAttemptAt">,
  ): Promise<void> {
    await this.#connection.query(
      sql`update aas.notifications set ${changeOf(changingColumnsOf(change))}
          where id = ${id} and status = 'pending'`,
    );
  }

  async listOfRun(runId: RunId): Promise<readonly Notification[]> {
    const { rows } = await this.#connection.query(
      sql`select * from aas.notifications where run_id = ${runId} order by created_at, id`,
    );
    return rows.map(toNotification);
  }
}

function changingColumnsOf(change: Pick<Notification, "state" | "attempts" | "nextAttemptAt">): Columns {
  return {
    status: change.state.status,
    failure_reason: change.state.status === "failed" ? change.state.reason : null,
    attempts: change.attempts,
    next_attempt_at: change.nextAttemptAt,
  };
}

function toNotification(from: Row): Notification {
  const row = new RowReader("notifications", from);
  return {
    id: row.text("id") as NotificationId,
    key: row.text("key"),
    runId: row.text("run_id") as RunId,
    channel: row.text("channel"),
    kind: row.oneOf("kind", notificationKinds),
    title: row.text("title"),
    text: row.text("text"),
    state: toNotificationState(row),
    attempts: row.integer("attempts"),
    nextAttemptAt: row.time("next_attempt_at"),
    createdAt: row.time("created_at"),
  };
}

function toNotificationState(row: RowReader): NotificationState {
  const status = row.oneOf("status", ["pending", "completed", "failed"]);
  switch (status) {
    case "pending":
    case "completed":
      return { status };
    case "failed":
      return { status, reason: row.text("failure_reason") };
  }
}
