import { isAasError } from "../../domain/errors.ts";
import { type ProjectId, type TaskKey, toTaskKey } from "../../domain/ids.ts";
import { isPriority } from "../../domain/priority.ts";
import type { Task } from "../../domain/task.ts";
import type { Board, BoardImport, BoardProblem, FoundRow } from "../../ports/board.ts";
import type { IdSource } from "../../ports/id-source.ts";
import { draftTask } from "../planning/draft-task.ts";
import { makeEvent, type RecordingDeps } from "../recording/make-event.ts";
import { loadBoardFacts } from "./board-facts.ts";
import { checkNewRows } from "./check-new-rows.ts";
import { importEdit } from "./import-edit.ts";
import { toBoardRows, toDay } from "./export-board.ts";
import { takenNumberOf } from "./row-rules.ts";
import { joinTaskText } from "./task-text.ts";

export interface ImportDeps extends RecordingDeps {
  readonly ids: IdSource;
  readonly board: Board;
}

export interface BoardImportReport {
  readonly created: readonly TaskKey[];
  readonly updated: readonly TaskKey[];
  /** What was refused: the line, why, and the cure. */
  readonly problems: readonly BoardProblem[];
}

const maxRaces = 5;

/** People's new rows become tasks and their edits of waiting tasks count; null when there is no board. */
export async function importBoard(deps: ImportDeps, projectId: ProjectId): Promise<BoardImportReport | null> {
  for (let race = 1; ; race += 1) {
    try {
      return await tryImport(deps, projectId);
    } catch (error) {
      // Somebody else imported the same rows at the same time: what is left is decided again.
      if (!isAasError(error, "conflict") || race === maxRaces) throw error;
    }
  }
}

async function tryImport(deps: ImportDeps, projectId: ProjectId): Promise<BoardImportReport | null> {
  const facts = await loadBoardFacts(deps.db, projectId, deps.clock.now());
  const found = await deps.board.import(toBoardRows(facts));
  if (found === null) return null;
  await reserveNumbers(deps, projectId, found.keys);
  const checked = checkNewRows(found.newRows, facts.tasks, found.settledKeys);
  const created = checked.accepted.map((row) => toTask(deps, projectId, row, found));
  await insertTasks(deps, created);
  const edits = await importEdits(deps, found, [...facts.tasks, ...created]);
  return {
    created: created.map((task) => task.key),
    updated: edits.updated,
    problems: [...found.problems, ...checked.problems, ...edits.problems],
  };
}

/** Whatever stands on the board, accepted or not, keeps its number: the allocator must never give it to another task. */
async function reserveNumbers(
  deps: ImportDeps,
  projectId: ProjectId,
  keys: readonly string[],
): Promise<void> {
  const highest = keys.reduce((most, key) => Math.max(most, takenNumberOf(key) ?? 0), 0);
  if (highest > 0) await deps.db.tasks.allocateNumbers(projectId, 0, highest + 1);
}

function toTask(deps: ImportDeps, projectId: ProjectId, row: FoundRow, found: BoardImport): Task {
  const now = deps.clock.now();
  const createdAt = readDay(row.created, now);
  const updatedAt = readDay(row.updated, now);
  return draftTask(deps, {
    key: toTaskKey(row.key),
    projectId,
    title: row.title,
    description: joinTaskText({ description: row.description, criteria: row.acceptance }),
    priority: isPriority(row.priority) ? row.priority : "medium",
    type: row.type === "" ? "feature" : row.type,
    dependsOn: row.dependsOn.map(toTaskKey),
    parent: parentOf(row.key, found),
    assignee: row.assignee,
    createdAt,
    updatedAt: updatedAt < createdAt ? createdAt : updatedAt,
  });
}

/** The day that stands there, so that the board need not change; now when it is none, or not yet come. */
function readDay(text: string, now: Date): Date {
  const day = /^\d{4}-\d{2}-\d{2}$/u.test(text) ? new Date(`${text}T00:00:00Z`) : now;
  const isDay = !Number.isNaN(day.getTime()) && toDay(day) === text;
  return isDay && day <= now ? day : now;
}

/** AAS-211-1 is a part of AAS-211, when that stands there too. */
function parentOf(key: string, found: BoardImport): TaskKey | null {
  const parent = key.split("-").slice(0, -1).join("-");
  return found.keys.includes(parent) ? toTaskKey(parent) : null;
}

/** All or none: a task must not be there before what it waits for. */
async function insertTasks(deps: ImportDeps, tasks: readonly Task[]): Promise<void> {
  if (tasks.length === 0) return;
  await deps.db.transaction(async (stores) => {
    for (const task of tasks) await stores.tasks.insert(task);
    await stores.events.append(tasks.map((task) => createdEvent(deps, task)));
    return true;
  });
}

function createdEvent(deps: ImportDeps, task: Task): ReturnType<typeof makeEvent> {
  const { projectId, runId, key, title } = task;
  return makeEvent(deps, {
    projectId,
    runId,
    type: "task.created",
    subject: key,
    to: title,
    reason: "found on the board",
  });
}

async function importEdits(
  deps: ImportDeps,
  found: BoardImport,
  tasks: readonly Task[],
): Promise<Pick<BoardImportReport, "updated" | "problems">> {
  const byKey = new Map<string, Task>(tasks.map((task) => [task.key, task]));
  const updated: TaskKey[] = [];
  const problems: BoardProblem[] = [];
  for (const edit of found.edits) {
    const task = byKey.get(edit.row.key);
    if (task === undefined) continue;
    const current = [...byKey.values()];
    const outcome = await importEdit(deps, { edit, task, tasks: current, settledKeys: found.settledKeys });
    problems.push(...outcome.problems);
    if (outcome.task === null) continue;
    byKey.set(task.key, outcome.task);
    updated.push(task.key);
  }
  return { updated, problems };
}
