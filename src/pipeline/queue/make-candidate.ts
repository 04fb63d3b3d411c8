import type { Sha } from "../../domain/ids.ts";
import type { Integration } from "../../domain/integration.ts";
import type { Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import type { MergeTreeOutcome, NewCommit } from "../../ports/git.ts";
import { tasksStandingOn } from "../building/head-of-run.ts";
import { landingMessage, revertMessage, signatureAt } from "./commit-message.ts";
import type { PipelineDeps } from "../pipeline-deps.ts";
import { changeIntegration } from "./change-integration.ts";
import { reject } from "./reject.ts";

/**
 * Makes the one commit that would land: the change squashed onto the base as it is now. A candidate that somebody made
 * since the entry was read stays: it may be landing.
 */
export async function makeCandidate(deps: PipelineDeps, entry: Integration, baseHead: Sha): Promise<void> {
  const run = await deps.db.runs.get(entry.runId);
  const merge = await mergeOntoBase(deps, run, entry, baseHead);
  if (merge.kind === "conflict") return reject(deps, entry, "conflict", merge.files);
  if (merge.tree === (await deps.git.treeOf(baseHead))) return reject(deps, entry, "nothing_to_land", []);
  const sha = await deps.git.createCommit(
    await candidateCommit(deps, run, entry, { tree: merge.tree, baseHead }),
  );
  const candidate = { sha, tree: merge.tree, baseSha: baseHead };
  await changeIntegration(deps, entry.id, {
    type: "integration.candidate_made",
    to: sha,
    details: { base: baseHead, tree: merge.tree },
    // A check of another base says nothing about this one, even where both give the same tree.
    patch: (current) => (current.version === entry.version ? { candidate, lastCheck: null } : null),
  });
}

/** A run brings what it changed since its base; a revert brings the opposite of the landed commit. */
async function mergeOntoBase(
  deps: PipelineDeps,
  run: Run,
  entry: Integration,
  baseHead: Sha,
): Promise<MergeTreeOutcome> {
  if (entry.kind === "run")
    return deps.git.mergeTrees({ ours: baseHead, theirs: entry.source, base: run.baseSha });
  const [before] = await deps.git.parentsOf(entry.source);
  return deps.git.mergeTrees({ ours: baseHead, theirs: before ?? entry.source, base: entry.source });
}

/** Only those whose commit is part of it: what it names counts as done when it lands. */
async function tasksIn(deps: PipelineDeps, run: Run, { source }: Integration): Promise<readonly Task[]> {
  return tasksStandingOn(deps, run, source, await deps.db.tasks.listOfRun(run.id));
}

async function candidateCommit(
  deps: PipelineDeps,
  run: Run,
  entry: Integration,
  onto: { readonly tree: Sha; readonly baseHead: Sha },
): Promise<NewCommit> {
  const rollback = (await deps.db.queue.listRollbacks(run.projectId)).find(
    (each) => each.landedSha === entry.source,
  );
  const message =
    entry.kind === "run"
      ? landingMessage(run, await tasksIn(deps, run, entry))
      : revertMessage(run, entry.source, rollback?.reason ?? "");
  return { tree: onto.tree, parents: [onto.baseHead], message, author: signatureAt(entry.createdAt) };
}
