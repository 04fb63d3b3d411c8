import { type ProjectId, shortSha } from "../../domain/ids.ts";
import { boardStatusOf, type Task } from "../../domain/task.ts";
import type { Board, BoardExport, BoardProblem, BoardRow } from "../../ports/board.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Database } from "../../ports/database.ts";
import { branchName, integrationRef, taskRef } from "../names.ts";
import { type BoardFacts, loadBoardFacts } from "./board-facts.ts";
import { isBlocked, isEditable } from "./is-editable.ts";
import { renderCommand, splitTaskText } from "./task-text.ts";

export interface BoardDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly board: Board;
}

/** Tasks closed longer than this are not put on the board again; where they still stand, they stay. */
const shownDays = 30;
const msPerDay = 86_400_000;
const maxRounds = 5;

/** Writes the board, again while the facts change under it: the last of several writers must not leave old facts. */
export async function exportBoard(deps: BoardDeps, projectId: ProjectId): Promise<BoardExport> {
  let rows = await loadShownRows(deps, projectId);
  let changed = false;
  const conflicts: BoardProblem[] = [];
  for (let round = 0; round < maxRounds; round += 1) {
    const exported = await deps.board.export(rows);
    conflicts.push(...exported.conflicts);
    if (!exported.changed) break;
    changed = true;
    const now = await loadShownRows(deps, projectId);
    if (JSON.stringify(now) === JSON.stringify(rows)) break;
    rows = now;
  }
  return { changed, conflicts };
}

async function loadShownRows(deps: BoardDeps, projectId: ProjectId): Promise<readonly BoardRow[]> {
  const since = new Date(deps.clock.now().getTime() - shownDays * msPerDay);
  const rows = toBoardRows(await loadBoardFacts(deps.db, projectId, since));
  return rows.filter((row) => !isClosed(row) || row.updated >= toDay(since));
}

function isClosed(row: BoardRow): boolean {
  return row.status === "Done" || row.status === "Canceled";
}

/** All tasks as the board shows them. */
export function toBoardRows(facts: BoardFacts): readonly BoardRow[] {
  const byKey = new Map<string, Task>(facts.tasks.map((task) => [task.key, task]));
  return facts.tasks.map((task) => {
    const { description, criteria } = splitTaskText(task.description);
    const run = task.runId === null ? null : (facts.runs.get(task.runId) ?? null);
    return {
      key: task.key,
      priority: task.priority,
      title: task.title,
      dependsOn: task.dependsOn,
      status: boardStatusOf(task.state, isBlocked(task, byKey)),
      assignee: task.assignee,
      created: toDay(task.createdAt),
      updated: toDay(task.updatedAt),
      description,
      type: task.type,
      acceptance: [...criteria, ...task.acceptance.map(renderCommand)],
      note: noteOf(task, facts),
      isEditable: isEditable(task, run, byKey),
    };
  });
}

function noteOf(task: Task, facts: BoardFacts): string | null {
  if (task.state.status === "done") {
    const pullRequest = task.runId === null ? "" : (facts.pullRequests.get(task.runId) ?? "");
    const landed = `Landed as \`${shortSha(task.state.commit)}\``;
    // The record of a local pull request is a file of this machine; the board is committed and read on others.
    return /^https?:/u.test(pullRequest) ? `${landed} with ${pullRequest}` : `${landed}.`;
  }
  if (task.state.status !== "needs_review") return null;
  const branch = branchOf(task, facts);
  return branch === null ? task.state.reason : `${task.state.reason} (branch \`${branch}\`)`;
}

/** Where the work that needs review lies. */
function branchOf(task: Task, facts: BoardFacts): string | null {
  const attempt = facts.attempts.get(task.id);
  if (task.runId === null) return null;
  const ref = attempt === undefined ? integrationRef(task.runId) : taskRef(task.runId, task, attempt);
  return branchName(ref);
}

export function toDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
