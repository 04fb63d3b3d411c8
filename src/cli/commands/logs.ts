import { findRun } from "../../app/project/find-run.ts";
import { openProject, type OpenedProject } from "../../app/project/open-project.ts";
import { AasError } from "../../domain/errors.ts";
import type { Event } from "../../domain/event.ts";
import type { RunId, TaskKey } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import { followRun } from "../follow/follow-events.ts";
import { parseTaskKey } from "../parse-task-key.ts";
import type { CommandFunction } from "../register.ts";
import { renderPlainLine } from "../render/event-line.ts";
import type { Terminal } from "../terminal.ts";

/** `aas automate logs <run>`: everything that happened, from the first event; attempts with their failures in full. */
export const logs: CommandFunction = async (terminal, args, options) => {
  await using project = await openProject(terminal.cwd, terminal.env);
  const run = await findRun(project, args[0] ?? "last");
  const task = typeof options["task"] === "string" ? await findTaskOf(project, run, options["task"]) : null;
  const isWanted = (event: Event): boolean => task === null || event.subject === task;
  if (options["follow"] === true) {
    await followLog(terminal, project, run.id, isWanted);
    return { text: "", result: { runId: run.id } };
  }
  const events = (await project.db.events.listOfRun(run.id)).filter(isWanted);
  const failures = [...(await failuresOf(project, run.id, task)), ...(task === null ? stagesOf(run) : [])];
  const text = [...events.map(renderPlainLine), ...failures].join("\n");
  return { text, result: { runId: run.id, events, failures } };
};

async function findTaskOf({ db }: OpenedProject, run: Run, text: string): Promise<TaskKey> {
  const key = parseTaskKey(text, "--task");
  if ((await db.tasks.listOfRun(run.id)).some((task) => task.key === key)) return key;
  throw new AasError("not_found", `${run.id} has no task ${key}.`, { cure: `aas automate status ${run.id}` });
}

async function followLog(
  terminal: Terminal,
  project: OpenedProject,
  runId: RunId,
  isWanted: (event: Event) => boolean,
): Promise<void> {
  const print = (event: Event): void => {
    if (isWanted(event))
      terminal.answer(terminal.isJson ? JSON.stringify({ schemaVersion: 1, event }) : renderPlainLine(event));
  };
  await followRun(project, runId, {
    onEvent: print,
    onPause: async () => false,
    onQuiet: async () => undefined,
    onTrouble: (trouble) => terminal.say(`  ${trouble.message}`),
  });
}

/** Why its stages failed, with what was printed. */
function stagesOf({ stageResults }: Run): readonly string[] {
  return stageResults.flatMap(({ stage, status, errors }) => {
    const [first = "", ...details] = errors;
    if (status !== "failure") return [];
    return [`\n${stage} failed: ${first}`, ...details.map((line) => `  ${line.replaceAll("\n", "\n  ")}`)];
  });
}

async function failuresOf(
  project: OpenedProject,
  runId: RunId,
  task: string | null,
): Promise<readonly string[]> {
  const tasks = await project.db.tasks.listOfRun(runId);
  const attempts = await project.db.attempts.listOfRun(runId);
  return attempts.flatMap((attempt) => {
    const key = tasks.find((each) => each.id === attempt.taskId)?.key ?? "";
    if (attempt.state.status !== "failed" || (task !== null && task !== key)) return [];
    const { kind, summary, details } = attempt.state.failure;
    return [
      `\n${key} attempt ${attempt.number} failed (${kind}): ${summary}`,
      ...details.map((line) => `  ${line.replaceAll("\n", "\n  ")}`),
    ];
  });
}
