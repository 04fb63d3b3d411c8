import type { CrashPoints } from "../../ports/crash-points.ts";
import type { Guard } from "./guard.ts";
import { guardDatabase } from "./guard-database.ts";
import { guardedPorts } from "./guarded-ports.ts";
import { withCrashPoints } from "./with-crash-points.ts";

/** Puts the crash points of every port where they belong. */
export function makeGuard(points: CrashPoints): Guard {
  return {
    port: (name, port) => withCrashPoints(name, port, guardedPorts[name], points),
    database: (db) => guardDatabase(db, guardedPorts, points),
  };
}
