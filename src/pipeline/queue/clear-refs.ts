import type { Integration } from "../../domain/integration.ts";
import { rollbackTag, stagingRef } from "../names.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";

const tagKeptMs = 30 * 24 * 3_600_000;

/**
 * Takes away what settled entries of a branch have left on both sides: staging branches that nobody came to close, and
 * tags that nobody will go back to. It may wait: what goes wrong is told in the log, and done after the next landing.
 */
export async function clearRefs(deps: PipelineDeps, entry: Integration): Promise<void> {
  try {
    await clearAll(deps, entry);
  } catch (error) {
    deps.log.warn({ integrationId: entry.id, error }, "old refs were left for later");
  }
}

async function clearAll(deps: PipelineDeps, { projectId, branch }: Integration): Promise<void> {
  const settled = (await deps.db.queue.listIntegrations(projectId, branch)).filter(
    (entry) => entry.outcome !== null,
  );
  const staged = await deps.git.listRefs("refs/heads/staging/");
  const tagged = await deps.git.listRefs("refs/tags/aas/rollback/");
  for (const entry of settled) {
    if (staged.has(stagingRef(entry.id))) await deps.forge.unstage(stagingRef(entry.id));
    const tag = rollbackTag(entry.id);
    if (tagged.has(`refs/tags/${tag}`) && (await isTagOver(deps, entry))) await deps.forge.untag(tag);
  }
}

/** A tag says where the base was before a landing; without one it says nothing. */
async function isTagOver(
  { db, clock }: Pick<PipelineDeps, "db" | "clock">,
  entry: Integration,
): Promise<boolean> {
  if (entry.outcome?.kind !== "landed") return true;
  if (clock.now().getTime() - entry.createdAt.getTime() <= tagKeptMs) return false;
  const events = await db.events.listOfRun(entry.runId);
  const landed = events.find(({ type, subject }) => type === "integration.landed" && subject === entry.id);
  return landed !== undefined && clock.now().getTime() - landed.at.getTime() > tagKeptMs;
}
