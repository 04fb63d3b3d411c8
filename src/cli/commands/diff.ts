import { composeGit } from "../../app/composing/compose-git.ts";
import { findRun } from "../../app/project/find-run.ts";
import { openProject, type OpenedProject } from "../../app/project/open-project.ts";
import { getProjectSettings } from "../../app/project/project-settings.ts";
import type { Attempt } from "../../domain/attempt.ts";
import { AasError } from "../../domain/errors.ts";
import type { Sha } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import { integrationRef } from "../../pipeline/names.ts";
import type { Git } from "../../ports/git.ts";
import { parseTaskKey } from "../parse-task-key.ts";
import type { CommandFunction } from "../register.ts";

interface Range {
  readonly from: Sha;
  readonly to: Sha;
}

/** `aas automate diff <run>`: exactly what would land, or landed; with --task, what its last attempt handed in. */
export const diff: CommandFunction = async (terminal, args, options) => {
  await using project = await openProject(terminal.cwd, terminal.env);
  const run = await findRun(project, args[0] ?? "last");
  const task = typeof options["task"] === "string" ? options["task"] : null;
  const found = await readDiff(project, run, task);
  return { text: found.diff, result: { runId: run.id, ...found }, form: "exact" };
};

export async function readDiff(
  project: OpenedProject,
  run: Run,
  task: string | null,
): Promise<Range & { readonly diff: string }> {
  const { git } = await composeGit(project.home, getProjectSettings(project.home), project.env);
  try {
    const range = task === null ? await rangeOfRun(project, git, run) : await rangeOfTask(project, run, task);
    return { ...range, diff: await git.diff(range.from, range.to) };
  } finally {
    await git.close();
  }
}

async function rangeOfTask(project: OpenedProject, run: Run, key: string): Promise<Range> {
  const task = await project.db.tasks.findByKey(project.home.id, parseTaskKey(key, "--task"));
  const attempts = task === null ? [] : await project.db.attempts.listOfTask(task.id);
  for (const attempt of attempts.toReversed()) {
    const range = await rangeOfAttempt(project, attempt);
    if (range !== null) return range;
  }
  throw new AasError("not_found", `${key} has handed in nothing in ${run.id}.`, {
    cure: `aas automate status ${run.id}`,
  });
}

async function rangeOfAttempt({ db }: OpenedProject, { state, baseSha }: Attempt): Promise<Range | null> {
  if (state.status !== "completed") return null;
  const submission = await db.attempts.findSubmission(state.submissionId);
  return submission === null ? null : { from: baseSha, to: submission.headSha };
}

async function rangeOfRun(project: OpenedProject, git: Git, run: Run): Promise<Range> {
  const entries = await project.db.queue.listIntegrationsOfRun(run.id);
  const candidate = entries.findLast((entry) => entry.kind === "run")?.candidate ?? null;
  if (candidate !== null) return { from: candidate.baseSha, to: candidate.sha };
  const head = await git.resolve(integrationRef(run.id));
  return { from: run.baseSha, to: head ?? run.baseSha };
}
