import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeMarkdownBoard } from "../../adapters/markdown-board/markdown-board.ts";
import { openPostgresDatabase } from "../../adapters/postgres/postgres-database.ts";
import { makeTimeOrderedIds } from "../../adapters/system/time-ordered-ids.ts";
import { makeId, type ProjectId, toTaskKey } from "../../domain/ids.ts";
import type { Run } from "../../domain/run.ts";
import type { Task } from "../../domain/task.ts";
import type { Board } from "../../ports/board.ts";
import type { Database } from "../../ports/database.ts";
import { temporaryFolder } from "../../testing/git-fixtures.ts";
import { databaseForTests } from "../../testing/postgres-for-tests.ts";
import { sampleProject, sampleRun, sampleTask, sampleTime } from "../../testing/samples.ts";
import type { ImportDeps } from "./import-board.ts";

/** A project in a real database with a board in a folder, and a person's hands on it. */
export interface BoardProject extends Disposable {
  readonly deps: ImportDeps;
  readonly projectId: ProjectId;
  /** At the stage `implement`. */
  readonly run: Run;
  insert(number: number, overrides?: Partial<Task>): Promise<Task>;
  taskOf(number: number): Promise<Task>;
  text(): string;
  write(text: string): void;
  edit(from: string, to: string): void;
  writeRows(...rows: readonly string[]): void;
  /** The same board as another process sees it. */
  openBoard(): Board;
}

export interface BoardDatabase extends AsyncDisposable {
  readonly db: Database;
}

export async function openBoardDatabase(): Promise<BoardDatabase> {
  const server = await databaseForTests();
  const db = await openPostgresDatabase({ url: server.url, maxConnections: 4 });
  return {
    db,
    [Symbol.asyncDispose]: async () => {
      await db.close();
      await server.drop();
    },
  };
}

let projects = 0;

export async function openBoardProject({ db }: BoardDatabase): Promise<BoardProject> {
  const folder = temporaryFolder();
  const file = join(folder.path, "ACTIVE_TASKS.md");
  projects += 1;
  const projectId = makeId("prj", `board${projects}`);
  const run = sampleRun({
    id: makeId("run", `board${projects}`),
    projectId,
    state: { status: "running", stage: "implement" },
  });
  await db.projects.insert(sampleProject({ id: projectId }));
  await db.runs.insert(run);
  const openBoard = (): Board => openBoardOf(db, projectId, file);
  const clock = { now: () => sampleTime(60) };
  const deps = { db, clock, ids: makeTimeOrderedIds(clock), actor: "person:ada", board: openBoard() };
  return {
    ...handsOn(file),
    deps,
    projectId,
    run,
    openBoard,
    insert: (number, overrides) => insertTask(db, projectId, number, overrides),
    taskOf: (number) => getTask(db, projectId, number),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

function openBoardOf(db: Database, projectId: ProjectId, file: string): Board {
  return makeMarkdownBoard({
    file,
    readLast: async () => {
      const note = await db.projects.readNote(projectId, "board");
      return typeof note === "string" ? note : null;
    },
    writeLast: (text) => db.projects.writeNote(projectId, "board", text),
  });
}

function handsOn(file: string): Pick<BoardProject, "text" | "write" | "edit" | "writeRows"> {
  const text = (): string => readFileSync(file, "utf8");
  const header = "| ID | Priority | Title | Depends On | Status | Assignee | Created | Updated |";
  const separator = "|---|---|---|---|---|---|---|---|";
  return {
    text,
    write: (next) => writeFileSync(file, next),
    edit: (from, to) => {
      if (!text().includes(from)) throw new Error(`The board does not say ${from}.`);
      writeFileSync(file, text().replace(from, to));
    },
    writeRows: (...rows) =>
      writeFileSync(file, ["## Active Tasks", "", header, separator, ...rows, ""].join("\n")),
  };
}

async function insertTask(
  db: Database,
  projectId: ProjectId,
  number: number,
  overrides: Partial<Task> = {},
): Promise<Task> {
  const key = toTaskKey(`AAS-${number}`);
  const identity = { id: makeId("tsk", `${projectId.slice(4)}x${number}`), key, projectId, runId: null };
  const task = sampleTask({ ...identity, title: `Task ${number}`, ...overrides });
  await db.tasks.insert(task);
  return task;
}

async function getTask(db: Database, projectId: ProjectId, number: number): Promise<Task> {
  const task = await db.tasks.findByKey(projectId, toTaskKey(`AAS-${number}`));
  if (task === null) throw new Error(`There is no AAS-${number}.`);
  return task;
}
