import type { Pool } from "pg";

/** An event as it stands in the table, read without our code. */
export interface ToldEvent {
  readonly seq: number;
  readonly runId: string | null;
  readonly type: string;
  readonly subject: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Who does what, as the engine has it: to see why nothing moves any more. */
export async function readEngine(pool: Pool): Promise<string> {
  const { rows: open } = await pool.query<Record<string, unknown>>(
    `select workflow_uuid, status, executor_id, queue_name, recovery_attempts, owner_xid,
       now() - to_timestamp(updated_at / 1000.0) as age
     from dbos.workflow_status where status in ('PENDING', 'ENQUEUED') order by created_at`,
  );
  const { rows: workers } = await pool.query<Record<string, unknown>>(
    "select id, pid, now() - beat_at as silent from aas_durable.workers order by beat_at desc limit 4",
  );
  const { rows: steps } = await pool.query<Record<string, unknown>>(
    `select workflow_uuid, function_id, function_name from dbos.operation_outputs
     where workflow_uuid in (select workflow_uuid from dbos.workflow_status where status = 'PENDING')
     order by workflow_uuid, function_id desc limit 30`,
  );
  return [...open, ...workers, ...steps].map((row) => JSON.stringify(row)).join("\n");
}

export async function readEvents(pool: Pool, afterSeq = 0): Promise<readonly ToldEvent[]> {
  const { rows } = await pool.query<ToldEvent>(
    `select seq::int as seq, run_id as "runId", type, subject, from_state as "from", to_state as "to", reason, details
     from aas.events where seq > $1 order by seq`,
    [afterSeq],
  );
  return rows;
}

/** What the event log says so far. */
export class Told {
  readonly events: readonly ToldEvent[];

  constructor(events: readonly ToldEvent[]) {
    this.events = events;
  }

  runOf(goal: string): string | null {
    return this.events.find((event) => event.type === "run.created" && event.reason === goal)?.runId ?? null;
  }

  /** `running(implement)`, as the last event of the run says. */
  stateOf(goal: string): string {
    const run = this.runOf(goal);
    const changes = this.events.filter(
      (event) => run !== null && event.runId === run && event.subject === run && isRunChange(event),
    );
    return changes.at(-1)?.to ?? "";
  }

  count(goal: string, type: string): number {
    const run = this.runOf(goal);
    return this.events.filter((event) => event.runId === run && event.type === type).length;
  }

  /** How often this happened to an attempt at the task of this title. */
  countOfTask(title: string, type: string): number {
    const key = this.events.find((event) => event.type === "task.created" && event.to === title)?.subject;
    return this.events.filter((event) => event.subject === key && event.type === type).length;
  }

  hasOpenRun(): boolean {
    const runs = new Set(this.events.map((event) => event.runId).filter((run) => run !== null));
    return [...runs].some((run) => !this.#isSettled(run));
  }

  #isSettled(run: string): boolean {
    const last = this.events.findLast((event) => event.subject === run && isRunChange(event));
    const rollbacks = this.events.filter(
      (event) => event.runId === run && event.type === "rollback.requested",
    );
    const undone = this.events.filter((event) => event.runId === run && event.type === "run.rolled_back");
    return last !== undefined && isEnd(stateIn(last)) && rollbacks.length === undone.length;
  }
}

export interface ToldState {
  readonly status?: string;
  readonly reason?: string;
}

/** The state that an event of a run carries. */
export function stateIn({ details }: Pick<ToldEvent, "details">): ToldState {
  return details["state"] ?? {};
}

function isEnd({ status = "" }: ToldState): boolean {
  return ["completed", "failed", "canceled"].includes(status);
}

const silentTypes = new Set(["run.stage_finished", "run.rolled_back", "run.prioritized"]);

export function isRunChange(event: ToldEvent): boolean {
  return event.type.startsWith("run.") && !silentTypes.has(event.type);
}
