import { findBatchOrRun } from "../../app/project/find-batch.ts";
import { openControl, type OpenedControl } from "../../app/project/open-control.ts";
import { openProject } from "../../app/project/open-project.ts";
import { previewSubmission, submitFrom, whyNotInBatches } from "../../app/starting/submit-from.ts";
import { withWorker } from "../../app/worker/with-worker.ts";
import { ensureWorkerIfNeeded } from "../../app/worker/worker-process.ts";
import { AasError } from "../../domain/errors.ts";
import type { AnalysisSubmission } from "../../pipeline/control/submit-analyses.ts";
import { releaseRun } from "../../pipeline/control/release-run.ts";
import { describeRunState } from "../../domain/running/told-run-state.ts";
import { toSubmissionDocument } from "../documents/batch-document.ts";
import { parseTaskKey } from "../parse-task-key.ts";
import type { CommandFunction } from "../register.ts";
import { renderLeftOut, renderPreview, renderSubmitted } from "../render/batch-text.ts";
import type { CommandResult } from "../run-command.ts";

/** `aas batch submit [AAS-1 AAS-2 …]`: records a run that asks about the tasks and stops before it builds. */
export const submitBatch: CommandFunction = async (terminal, args, options) => {
  const keys = args.length === 0 ? null : args.map((key) => parseTaskKey(key, "A task"));
  await using project = await openProject(terminal.cwd, terminal.env);
  await using control = await openControl(project);
  for (const warning of control.base.warnings) terminal.say(`warning: ${warning}`);
  const reason = whyNotInBatches(control);
  if (reason !== null)
    terminal.say(`warning: ${reason}: each task is asked about alone, at the ordinary price.`);
  if (options["dryRun"] === true) {
    const choice = await previewSubmission(control, keys);
    return { text: renderPreview(choice), result: toSubmissionDocument(choice, null) };
  }
  const submission = await submitFrom(control, keys);
  return await answer(control, submission);
};

async function answer(control: OpenedControl, submission: AnalysisSubmission): Promise<CommandResult> {
  switch (submission.kind) {
    case "busy":
      throw new AasError("conflict", "Another command chooses tasks for a batch at this moment.", {
        cure: "Repeat the command.",
        retryable: true,
      });
    case "nothing_new": {
      const text = ["Nothing new to analyse.", ...renderLeftOut(submission)].join("\n");
      return { text, result: toSubmissionDocument(submission, null) };
    }
    case "submitted":
      return withWorker(control, async () => ({
        text: renderSubmitted(submission),
        result: toSubmissionDocument(submission, submission.run),
      }));
  }
}

/** `aas batch implement <batch or run>`: what was held after its analyses is built. */
export const implementBatch: CommandFunction = async (terminal, args) => {
  await using project = await openProject(terminal.cwd, terminal.env);
  const { run } = await findBatchOrRun(project, args[0] ?? "last");
  const released = await releaseRun(project, run);
  ensureWorkerIfNeeded(project);
  return {
    text: [`${run.id} is ${describeRunState(released.state)}.`, `  aas automate attach ${run.id}`].join("\n"),
    result: { runId: run.id, state: released.state },
  };
};
