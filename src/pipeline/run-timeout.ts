import type { Run } from "../domain/run.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";

/** Whether a run has worked longer than its policy allows since it was started, resumed or retried. */
export async function isPastTimeout(
  deps: { readonly db: Database; readonly clock: Clock },
  run: Run,
): Promise<boolean> {
  const { runTimeoutMs } = run.policy;
  const now = deps.clock.now().getTime();
  if (run.startedAt === null || now - run.startedAt.getTime() <= runTimeoutMs) return false;
  const events = await deps.db.events.listOfRun(run.id);
  const lastGo = events.findLast((event) => goTypes.has(event.type));
  return lastGo === undefined || now - lastGo.at.getTime() > runTimeoutMs;
}

const goTypes: ReadonlySet<string> = new Set(["run.started", "run.resumed", "run.retried"]);
