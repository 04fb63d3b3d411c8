import { AasError } from "../../domain/errors.ts";
import type { IntegrationId, Sha } from "../../domain/ids.ts";
import { type Integration, isSettled } from "../../domain/integration.ts";
import { permissionOf, type QueuePermission, unsureLandings } from "../../domain/queue-plan.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";

/** The queue of one branch as it is now, as far as it could be seen. */
export interface QueueLook {
  readonly entries: readonly Integration[];
  readonly baseHead: Sha;
  readonly permissions: ReadonlyMap<IntegrationId, QueuePermission>;
  readonly landed: ReadonlySet<IntegrationId>;
}

/** Entries before the base: what lands after they were read is seen on the base, and never made again on the old one. */
export async function lookAtQueue(deps: PipelineDeps, own: Integration): Promise<QueueLook> {
  const entries = await deps.db.queue.listIntegrations(own.projectId, own.branch);
  const baseHead = await fetchBaseHead(deps, own.branch);
  const permissions = await permissionsOf(deps, entries);
  const { landed, unknown } = await findLanded(deps, own, entries, baseHead);
  return { entries: entries.filter(({ id }) => !unknown.has(id)), baseHead, permissions, landed };
}

async function fetchBaseHead(deps: PipelineDeps, branch: string): Promise<Sha> {
  const baseHead = await deps.forge.fetchBase(branch);
  if (baseHead !== null) return baseHead;
  throw new AasError("base_missing", `The base branch ${branch} does not exist any more.`, {
    cure: `Create it again, or set base in aas.config.jsonc.`,
  });
}

async function permissionsOf(
  deps: PipelineDeps,
  entries: readonly Integration[],
): Promise<QueueLook["permissions"]> {
  const permissions = new Map<IntegrationId, QueuePermission>();
  for (const entry of entries.filter((each) => !isSettled(each)))
    permissions.set(entry.id, await permissionNow(deps, entry));
  return permissions;
}

export async function permissionNow(
  deps: Pick<PipelineDeps, "db">,
  entry: Integration,
): Promise<QueuePermission> {
  return permissionOf(entry.kind, (await deps.db.runs.get(entry.runId)).state);
}

/** A commit of somebody else's that cannot be looked at is theirs to see to; nothing is done with their entry meanwhile. */
async function findLanded(
  deps: PipelineDeps,
  own: Integration,
  entries: readonly Integration[],
  baseHead: Sha,
): Promise<{ readonly landed: ReadonlySet<IntegrationId>; readonly unknown: ReadonlySet<IntegrationId> }> {
  const landed = new Set<IntegrationId>();
  const unknown = new Set<IntegrationId>();
  for (const entry of unsureLandings(entries, baseHead)) {
    try {
      if (await standsOn(deps, entry, baseHead)) landed.add(entry.id);
    } catch (error) {
      if (entry.id === own.id) throw error;
      deps.log.warn({ integrationId: entry.id, error }, "an entry of the queue could not be looked at");
      unknown.add(entry.id);
    }
  }
  return { landed, unknown };
}

/** A candidate that stands on the base landed, whatever the note says. */
export async function standsOn(
  deps: Pick<PipelineDeps, "git">,
  { candidate }: Integration,
  baseHead: Sha,
): Promise<boolean> {
  return candidate !== null && (await deps.git.isAncestor(candidate.sha, baseHead));
}
