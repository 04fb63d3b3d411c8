import type { EventType, NewEvent } from "../../domain/event.ts";
import type { ProjectId, RunId } from "../../domain/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Database } from "../../ports/database.ts";

/** What every change of state needs: where it is written, when, and in whose name. */
export interface RecordingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly actor: string;
}

export interface EventFields {
  readonly projectId: ProjectId;
  readonly runId: RunId | null;
  readonly type: EventType;
  readonly subject: string;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly reason?: string | null;
  readonly details?: NewEvent["details"];
}

export function makeEvent(deps: Pick<RecordingDeps, "clock" | "actor">, fields: EventFields): NewEvent {
  return {
    from: null,
    to: null,
    reason: null,
    details: {},
    ...fields,
    actor: deps.actor,
    at: deps.clock.now(),
  };
}
