import { makeId, type Sha } from "../domain/ids.ts";
import type { Integration } from "../domain/integration.ts";
import { planQueue, type QueueAction } from "../domain/queue-plan.ts";
import { sampleIntegration } from "./delivery-samples.ts";
import { sampleSha } from "./samples.ts";

/** Where the branch of the queue stands. */
export const base = sampleSha(1);

export function entry(id: string, overrides: Partial<Integration> = {}): Integration {
  return sampleIntegration({ id: makeId("int", id), ...overrides });
}

/** With a candidate on the base that passed its check. */
export function mergeable(id: string, overrides: Partial<Integration> = {}): Integration {
  const tree = sampleSha(100);
  return entry(id, {
    candidate: { sha: sampleSha(200), tree, baseSha: base },
    lastCheck: { tree, validationId: makeId("val", id), verdict: "passed" },
    ...overrides,
  });
}

/** Where every run deploys and nothing landed unnoted. */
export function planOf(entries: readonly Integration[], baseHead: Sha, isFrozen: boolean): QueueAction {
  const permissions = new Map(entries.map(({ id }) => [id, "land" as const]));
  return planQueue(entries, { baseHead, isFrozen, permissions, landed: new Set() });
}
