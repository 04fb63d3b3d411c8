import type { RunId } from "../../domain/ids.ts";
import type { ProviderWait } from "../../domain/calling/provider-gate.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";

/** A shorter one is over before it is read. */
const worthTellingMs = 30_000;

/** A run that waits for a provider says so, once for each time that the provider is away or wants to be left alone. */
export async function tellWait(deps: RecordingDeps, runId: RunId, wait: ProviderWait): Promise<null> {
  const { provider, cause, waitMs, sinceMs } = wait;
  if (cause === "pace" || (cause === "busy" && waitMs < worthTellingMs)) return null;
  const events = await deps.db.events.listOfRun(runId);
  const isTold = events.some(
    ({ type, subject, details }) =>
      type === "provider.awaited" && subject === provider && details["sinceMs"] === sinceMs,
  );
  if (isTold) return null;
  const { projectId } = await deps.db.runs.get(runId);
  const nextLook = new Date(deps.clock.now().getTime() + waitMs).toISOString().slice(11, 19);
  const what = cause === "away" ? "is away" : "wants to be asked less often";
  await deps.db.events.append([
    makeEvent(deps, {
      projectId,
      runId,
      type: "provider.awaited",
      subject: provider,
      reason: `${provider} ${what}; next look at ${nextLook} UTC.`,
      details: { cause, sinceMs },
    }),
  ]);
  return null;
}
