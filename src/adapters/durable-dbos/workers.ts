import { application } from "./engine.ts";
import { isProcessGone, processSpace } from "./process-identity.ts";
import type { SqlPool } from "./sql-pool.ts";

/** What a worker that has just come back must have shown before it declares others dead: their signs may only be late. */
const steadyShare = 0.5;

/** Which workers live, as all of them can see it. Time is the database's own. */
export class Workers {
  readonly #pool: SqlPool;
  readonly #id: string;
  readonly #deadAfterMs: number;
  readonly #space = processSpace();

  constructor(pool: SqlPool, id: string, deadAfterMs: number) {
    this.#pool = pool;
    this.#id = id;
    this.#deadAfterMs = deadAfterMs;
  }

  /** Forgets workers that are long dead; whoever left no row and owns work counts as dead anyway. */
  async join(): Promise<void> {
    await this.#pool.query("delete from aas_durable.workers where beat_at < now() - interval '1 day'");
    await this.beat();
  }

  async beat(): Promise<void> {
    await this.#pool.query(
      `insert into aas_durable.workers as worker (id, process_space, pid, beat_at, steady_since)
       values ($1, $2, $3, now(), now())
       on conflict (id) do update set
         beat_at = now(),
         steady_since = case
           when worker.beat_at < now() - $4 * interval '1 millisecond' then now()
           else worker.steady_since
         end`,
      [this.#id, this.#space, process.pid, this.#deadAfterMs * steadyShare],
    );
  }

  async leave(): Promise<void> {
    await this.#pool.query("delete from aas_durable.workers where id = $1", [this.#id]);
  }

  /** Workers that own work and will not do it any more. */
  async listDead(): Promise<readonly string[]> {
    const { rows } = await this.#pool.query<OwnerRow>(
      `select owner.id, worker.process_space, worker.pid,
         worker.id is null as has_left,
         coalesce(worker.beat_at < now() - $2 * interval '1 millisecond'
           and me.steady_since < now() - $3 * interval '1 millisecond', false) as is_silent
       from (
         select distinct executor_id as id from dbos.workflow_status
         where status = 'PENDING' and application_name = $4
       ) as owner
       left join aas_durable.workers as worker on worker.id = owner.id
       left join aas_durable.workers as me on me.id = $1
       where owner.id <> $1`,
      [this.#id, this.#deadAfterMs, this.#deadAfterMs * steadyShare, application],
    );
    return rows.filter((row) => this.#isDead(row)).map((row) => row.id);
  }

  #isDead(row: OwnerRow): boolean {
    if (row.has_left || row.is_silent) return true;
    return row.process_space === this.#space && row.pid !== null && isProcessGone(row.pid);
  }
}

interface OwnerRow {
  readonly id: string;
  readonly process_space: string | null;
  readonly pid: number | null;
  readonly has_left: boolean;
  readonly is_silent: boolean;
}
