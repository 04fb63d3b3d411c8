import type { Run } from "../../domain/run.ts";
import { changeRun } from "../recording/change-run.ts";
import type { RecordingDeps } from "../recording/make-event.ts";

/** A run that has worked longer than its policy allows since it was started, resumed or retried waits for a person. */
export async function pauseIfPastTimeout(deps: RecordingDeps, run: Run): Promise<boolean> {
  if (!(await isPastTimeout(deps, run))) return false;
  const reason = "The run's time is used up.";
  await changeRun(deps, run.id, { type: "paused", reason: "timeout" }, { reason });
  return true;
}

/** Whether it is; time spent before the last start, resume or retry does not count. */
export async function isPastTimeout(deps: Pick<RecordingDeps, "db" | "clock">, run: Run): Promise<boolean> {
  const { runTimeoutMs } = run.policy;
  const now = deps.clock.now().getTime();
  if (run.startedAt === null || now - run.startedAt.getTime() <= runTimeoutMs) return false;
  const events = await deps.db.events.listOfRun(run.id);
  const lastGo = events.findLast((event) => goTypes.has(event.type));
  return lastGo === undefined || now - lastGo.at.getTime() > runTimeoutMs;
}

const goTypes: ReadonlySet<string> = new Set(["run.started", "run.resumed", "run.retried"]);
