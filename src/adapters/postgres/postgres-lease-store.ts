import type { Lease, LeaseStore } from "../../ports/lease-store.ts";
import { type Connection, findRow } from "./connection.ts";
import { RowReader } from "./rows/row-reader.ts";
import { sql } from "./sql.ts";

/** Every time is the database's (`clock_timestamp()`), because the clocks of workers differ. */
export class PostgresLeaseStore implements LeaseStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** A holder whose lease has run out gets a new fence: in between, nobody protected its work. */
  async claim(name: string, holder: string, ttlMs: number): Promise<Lease | null> {
    const row = await findRow(
      this.#connection,
      sql`insert into aas.leases as held (name, holder, fence, expires_at)
          values (${name}, ${holder}, 1, clock_timestamp() + ${ttlMs}::bigint * interval '1 millisecond')
          on conflict (name) do update set
            holder = excluded.holder,
            fence = held.fence + case when held.expires_at > clock_timestamp() then 0 else 1 end,
            expires_at = clock_timestamp() + ${ttlMs}::bigint * interval '1 millisecond'
          where held.holder = excluded.holder or held.expires_at <= clock_timestamp()
          returning name, fence`,
    );
    if (row === null) return null;
    return { name, holder, fence: new RowReader("leases", row, "name").integer("fence") };
  }

  async release(lease: Lease): Promise<void> {
    await this.#connection.query(
      sql`update aas.leases set expires_at = clock_timestamp()
          where name = ${lease.name} and holder = ${lease.holder} and fence = ${lease.fence}
            and expires_at > clock_timestamp()`,
    );
  }

  /** Asked within a transaction, the answer stays true until its commit: who wants to take over waits for it. */
  async isHeld(lease: Lease): Promise<boolean> {
    const row = await findRow(
      this.#connection,
      sql`select name from aas.leases
          where name = ${lease.name} and holder = ${lease.holder} and fence = ${lease.fence}
            and expires_at > clock_timestamp()
          for share`,
    );
    return row !== null;
  }
}
