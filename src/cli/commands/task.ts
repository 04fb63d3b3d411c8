import { composeGit } from "../../app/composing/compose-git.ts";
import { openProject, type OpenedProject } from "../../app/project/open-project.ts";
import { findProjectSettings } from "../../app/project/project-settings.ts";
import { readBaseConfig } from "../../app/settings/read-base-config.ts";
import { AasError, isAasError } from "../../domain/errors.ts";
import type { TaskKey } from "../../domain/ids.ts";
import { checkPath } from "../../domain/path-policy.ts";
import { isPriority, priorities, type Priority } from "../../domain/priority.ts";
import { addTask as addToBoard, type NewTask } from "../../pipeline/control/add-task.ts";
import { summarizeTasks, type TaskSummary } from "../../pipeline/queries/run-summary.ts";
import { toTaskDocument } from "../documents/run-document.ts";
import { toShownTaskDocument } from "../documents/task-document.ts";
import type { CommandFunction, Options } from "../register.ts";
import { parseTaskKey } from "../parse-task-key.ts";
import { renderTask, renderTaskList } from "../render/task-text.ts";

/** `aas task list` */
export const listTasks: CommandFunction = async (terminal) => {
  await using project = await openProject(terminal.cwd, terminal.env);
  const summaries = summarizeTasks(await project.db.tasks.list(project.home.id), []);
  const tasks = summaries.map((summary) => withoutAttempts(toTaskDocument(summary)));
  return { text: renderTaskList(summaries), result: { tasks } };
};

/** They were not asked for: an empty list would say that there were none. */
function withoutAttempts(document: Readonly<Record<string, unknown>>): object {
  const { attempts: _, ...task } = document;
  return task;
}

/** `aas task show <key>` */
export const showTask: CommandFunction = async (terminal, args) => {
  const key = parseTaskKey(args[0] ?? "", "The key");
  await using project = await openProject(terminal.cwd, terminal.env);
  const summary = await findTask(project, key);
  return { text: renderTask(summary), result: toShownTaskDocument(summary) };
};

async function findTask({ db, home }: OpenedProject, key: TaskKey): Promise<TaskSummary> {
  const task = await db.tasks.findByKey(home.id, key);
  if (task !== null) {
    const all = await db.tasks.list(home.id);
    const summary = summarizeTasks(all, await db.attempts.listOfTask(task.id)).find(
      (each) => each.task.key === key,
    );
    if (summary !== undefined) return summary;
  }
  throw new AasError("not_found", `There is no task ${key}.`, { cure: "aas task list" });
}

/** `aas task add "<title>"`: puts a task on the board; a run takes it up when it is told to. */
export const addTask: CommandFunction = async (terminal, args, options) => {
  const wanted = parseNewTask(args[0] ?? "", options);
  await using project = await openProject(terminal.cwd, terminal.env);
  await assertKnown(project, wanted.dependsOn);
  const isDryRun = options["dryRun"] === true;
  const { id, name, root } = project.home;
  const prefix = await readPrefix(project);
  if (wanted.files.length === 0) {
    terminal.say(
      "warning: without --files a builder may change any file that is not protected: name what it is about.",
    );
  }
  const task = isDryRun ? null : await addToBoard(project, { id, name, repository: root }, wanted, prefix);
  const key = task?.key ?? null;
  return {
    text:
      task === null
        ? renderDryRun(wanted, prefix)
        : `Added ${task.key}  ${task.title}\n  aas automate --tasks ${task.key}`,
    result: { dryRun: isDryRun, key, keyPrefix: prefix, ...wanted },
  };
};

function parseNewTask(title: string, options: Options): NewTask {
  return {
    title: parseTitle(title),
    description: textOf(options["description"]).trim(),
    priority: parsePriority(textOf(options["priority"])),
    dependsOn: [...new Set(parseList(options["dependsOn"]).map((key) => parseTaskKey(key, "--depends-on")))],
    files: [...new Set(parseList(options["files"]).map(parseFile))],
    acceptance: parseAcceptance(textOf(options["acceptance"])),
  };
}

const longestTitle = 200;

function parseTitle(text: string): string {
  const title = text.trim();
  const cure = 'aas task add "Parse due dates"';
  if (title === "") throw new AasError("usage", "The title is empty.", { cure });
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(title)) {
    throw new AasError("usage", "The title is more than one line of text.", {
      cure: "Put the rest into --description.",
    });
  }
  if (title.length <= longestTitle) return title;
  throw new AasError(
    "usage",
    `The title has ${title.length} characters; at most ${longestTitle} are allowed.`,
    {
      cure: "Put the rest into --description.",
    },
  );
}

function parsePriority(text: string): Priority {
  if (isPriority(text)) return text;
  throw new AasError("usage", `--priority ${JSON.stringify(text)} is not a priority.`, {
    cure: `Use ${priorities.join(", ")}.`,
  });
}

/** One command, its words separated by blanks: it is run as a list, never by a shell. */
function parseAcceptance(text: string): readonly (readonly string[])[] {
  const words = text.split(/\s+/u).filter((word) => word !== "");
  return words.length === 0 ? [] : [words];
}

/** A folder ends with a slash; all else is one file. */
function parseFile(text: string): string {
  const reason = checkPath(text.replace(/\/$/u, ""));
  if (reason === null) return text;
  throw new AasError("usage", `--files: ${JSON.stringify(text)} may not be written: ${reason}.`, {
    cure: "Name paths below the repository's root: --files src/todo.ts,docs/",
  });
}

function parseList(option: Options[string]): readonly string[] {
  const items = textOf(option).split(",");
  return items.map((item) => item.trim()).filter((item) => item !== "");
}

function textOf(option: Options[string]): string {
  return typeof option === "string" ? option : "";
}

async function assertKnown({ db, home }: OpenedProject, keys: readonly TaskKey[]): Promise<void> {
  for (const key of keys) {
    if ((await db.tasks.findByKey(home.id, key)) !== null) continue;
    throw new AasError("not_found", `--depends-on: there is no task ${key}.`, { cure: "aas task list" });
  }
}

/** From the settings of the base branch; a repository that is not set up yet can have a board already. */
async function readPrefix(project: OpenedProject): Promise<string> {
  const settings = findProjectSettings(project.home);
  if (settings === null) return defaultPrefix;
  const composed = await composeGit(project.home, settings, project.env);
  try {
    const { config } = await readBaseConfig(composed, settings.baseBranch, project.env);
    return config.board.prefix;
  } catch (error) {
    if (isAasError(error, "config_missing") || isAasError(error, "base_missing")) return defaultPrefix;
    throw error;
  } finally {
    await composed.git.close();
  }
}

const defaultPrefix = "AAS";

function renderDryRun({ title, priority, dependsOn, files }: NewTask, prefix: string): string {
  return [
    `Would add a task ${prefix}-… (nothing was written)`,
    `  ${title}`,
    `  priority ${priority}${dependsOn.length === 0 ? "" : `, after ${dependsOn.join(", ")}`}`,
    ...(files.length === 0 ? [] : [`  files ${files.join(", ")}`]),
  ].join("\n");
}
