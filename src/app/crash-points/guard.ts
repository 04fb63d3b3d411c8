import type { Database } from "../../ports/database.ts";
import type { GuardedPort } from "./guarded-ports.ts";

/** Puts crash points around the effects of a port where it is composed. There is one guard in a process: points are counted. */
export interface Guard {
  port<Port extends object>(name: Exclude<GuardedPort, "db">, port: Port): Port;
  database(db: Database): Database;
}

/** In production nothing is wrapped. */
export const unguarded: Guard = { port: (_name, port) => port, database: (db) => db };
