import type { EventType, NewEvent } from "../../domain/event.ts";
import type { IntegrationId } from "../../domain/ids.ts";
import type { Integration } from "../../domain/integration.ts";
import type { Json } from "../../domain/json.ts";
import type { Stores } from "../../ports/database.ts";
import { compareAndSet, keep } from "../recording/compare-and-set.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";

export interface IntegrationChange {
  readonly type: EventType;
  readonly to: string;
  readonly reason?: string;
  readonly details?: Readonly<Record<string, Json>>;
  /** What else is told with it, in the same transaction. */
  readonly also?: readonly NewEvent[];
  /** What stands on the base is true, whatever was written of the entry before. */
  readonly isEvidence?: boolean;
  /** The facts that are new; null when they stand already. */
  readonly patch: (current: Integration) => Partial<Integration> | null;
}

/** Adds facts to a queue entry; a settled entry never changes, but by what is found on the base. */
export async function changeIntegration(
  deps: RecordingDeps,
  id: IntegrationId,
  change: IntegrationChange,
): Promise<Integration> {
  return compareAndSet<Integration>(
    deps,
    {
      load: (stores) => getIntegration(stores, id),
      replace: (stores, next) => stores.queue.replaceIntegration(next),
    },
    (current) => {
      const patch = current.outcome === null || change.isEvidence === true ? change.patch(current) : null;
      if (patch === null) return keep;
      const told = makeEvent(deps, {
        projectId: current.projectId,
        runId: current.runId,
        type: change.type,
        subject: id,
        to: change.to,
        reason: change.reason ?? null,
        details: change.details ?? {},
      });
      return { kind: "write", next: { ...current, ...patch }, events: [told, ...(change.also ?? [])] };
    },
  );
}

export async function getIntegration(stores: Pick<Stores, "queue">, id: IntegrationId): Promise<Integration> {
  const integration = await stores.queue.findIntegration(id);
  if (integration === null) throw new TypeError(`No integration ${id}`);
  return integration;
}
