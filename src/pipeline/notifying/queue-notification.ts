import { makeId } from "../../domain/ids.ts";
import type { NotificationKind } from "../../domain/notification.ts";
import type { Run } from "../../domain/run.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Database } from "../../ports/database.ts";
import type { IdSource } from "../../ports/id-source.ts";

export interface Message {
  readonly kind: NotificationKind;
  readonly title: string;
  readonly text: string;
  /** Makes the message exist once per channel, however often its cause is seen. */
  readonly cause: string;
}

export interface NotifyingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly channelNames: readonly string[];
}

/** One row per channel in the outbox; a row that is there already stays as it is. */
export async function queueNotification(deps: NotifyingDeps, run: Run, message: Message): Promise<number> {
  const now = deps.clock.now();
  for (const channel of deps.channelNames) {
    await deps.db.outbox.insert({
      id: makeId("ntf", deps.ids.next()),
      key: `${run.id}:${message.kind}:${message.cause}:${channel}`,
      runId: run.id,
      channel,
      kind: message.kind,
      title: message.title,
      text: message.text,
      state: { status: "pending" },
      attempts: 0,
      nextAttemptAt: now,
      createdAt: now,
    });
  }
  return deps.channelNames.length;
}
