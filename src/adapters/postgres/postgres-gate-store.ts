import type { ProjectId } from "../../domain/ids.ts";
import {
  enterGate,
  findShut,
  type GateCall,
  type GateEntry,
  leaveGate,
  openGate,
  type ProviderGate,
  type ShutGate,
} from "../../domain/calling/provider-gate.ts";
import type { Clock } from "../../ports/clock.ts";
import type { GateKey, GateStore, PassedCall } from "../../ports/gate-store.ts";
import { type Connection, findRow } from "./connection.ts";
import { columnsOfGate, toGate } from "./rows/gate-rows.ts";
import { type Row, RowReader } from "./rows/row-reader.ts";
import { changeOf, rowOf, sql } from "./sql.ts";

/** Every time is the database's (`clock_timestamp()`), because the clocks of workers differ. */
export class PostgresGateStore implements GateStore {
  readonly #connection: Connection;
  readonly #clock: Clock | null;

  constructor(connection: Connection, clock: Clock | null) {
    this.#connection = connection;
    this.#clock = clock;
  }

  async enter(key: GateKey, call: GateCall): Promise<GateEntry> {
    return this.#change(key, (gate, nowMs) => {
      const entered = enterGate(gate, call, nowMs);
      return { gate: entered.gate, answer: entered.entry };
    });
  }

  async leave(key: GateKey, passed: PassedCall): Promise<void> {
    await this.#change(key, (gate, nowMs) => ({
      gate: leaveGate(gate, { ...passed, nowMs, seed: `${key.projectId} ${key.provider}` }),
      answer: null,
    }));
  }

  async listShut(projectId: ProjectId): Promise<readonly (ShutGate & { readonly provider: string })[]> {
    const { rows } = await this.#connection.query(
      sql`select *, clock_timestamp() as now from aas.provider_gates
          where project_id = ${projectId} order by provider`,
    );
    return rows.flatMap((row) => {
      const shut = findShut(toGate(row), this.#nowMs(row));
      const provider = new RowReader("provider_gates", row, "provider").text("provider");
      return shut === null ? [] : [{ ...shut, provider }];
    });
  }

  /** The row is locked for as long as it takes to decide, and for nothing else: whoever has to wait does so elsewhere. */
  async #change<Answer>(
    key: GateKey,
    decide: (gate: ProviderGate, nowMs: number) => { readonly gate: ProviderGate; readonly answer: Answer },
  ): Promise<Answer> {
    return this.#connection.atomically(async (connection) => {
      const row = await lockGate(connection, key);
      const known = toGate(row);
      const { gate, answer } = decide(known, this.#nowMs(row));
      if (gate !== known) {
        await connection.query(
          sql`update aas.provider_gates set ${changeOf(columnsOfGate(gate))}
              where project_id = ${key.projectId} and provider = ${key.provider}`,
        );
      }
      return answer;
    });
  }

  #nowMs(row: Row): number {
    return (this.#clock?.now() ?? new RowReader("provider_gates", row, "provider").time("now")).getTime();
  }
}

/** The time is read when the lock is held: of two who decide one after the other, the second has the later time. */
async function lockGate(connection: Connection, { projectId, provider }: GateKey): Promise<Row> {
  const find = sql`
    with held as materialized (
      select * from aas.provider_gates where project_id = ${projectId} and provider = ${provider} for update
    )
    select held.*, clock_timestamp() as now from held`;
  const known = await findRow(connection, find);
  if (known !== null) return known;
  await connection.query(
    sql`insert into aas.provider_gates
        ${rowOf({ project_id: projectId, provider, ...columnsOfGate(openGate) })}
        on conflict (project_id, provider) do nothing`,
  );
  const made = await findRow(connection, find);
  if (made === null) throw new TypeError(`No gate before ${provider}`);
  return made;
}
