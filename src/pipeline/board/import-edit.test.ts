import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { toTaskKey } from "../../domain/ids.ts";
import type { Board } from "../../ports/board.ts";
import { changeTask } from "../recording/change-task.ts";
import {
  type BoardDatabase,
  type BoardProject,
  openBoardDatabase,
  openBoardProject,
} from "./board-project.fixture.ts";
import { exportBoard } from "./export-board.ts";
import { importBoard } from "./import-board.ts";

let database: BoardDatabase;
let project: BoardProject;

beforeAll(async () => {
  database = await openBoardDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async () => {
  project = await openBoardProject(database);
});

afterEach(() => {
  project[Symbol.dispose]();
});

describe("import of edits", () => {
  test("what a person changes in a waiting task counts, with one event that says what", async () => {
    await project.insert(1, { title: "Other" });
    await project.insert(2, { description: "Old words." });
    await exportBoard(project.deps, project.projectId);
    project.edit(
      "| AAS-2 | Medium | Task 2 | - | Queued | - |",
      "| AAS-2 | low | Better | aas-1 | Queued | ada |",
    );
    project.write(
      project
        .text()
        .replace("Old words.", "New words,\n    two lines.")
        .replace(/(### AAS-2[\s\S]*npm test`)/u, "$1\n    - [ ] It is fast"),
    );

    const report = await importBoard(project.deps, project.projectId);

    expect(report).toEqual({ created: [], updated: ["AAS-2"], problems: [] });
    expect(await project.taskOf(2)).toMatchObject({
      title: "Better",
      priority: "low",
      dependsOn: ["AAS-1"],
      assignee: "ada",
      description: "New words,\ntwo lines.\n\nAcceptance criteria:\n- It is fast",
      acceptance: [["npm", "test"]],
      version: 2,
    });
    const [event, ...others] = await project.deps.db.events.listAfter(project.projectId, 0, 10);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      subject: "AAS-2",
      actor: "person:ada",
      reason: "edited on the board: priority, title, dependsOn, assignee, description, acceptance",
      details: { before: { title: "Task 2" }, after: { title: "Better" } },
    });
    expect(await exportBoard(project.deps, project.projectId)).toMatchObject({ conflicts: [] });
    expect(await importBoard(project.deps, project.projectId)).toEqual({
      created: [],
      updated: [],
      problems: [],
    });
    expect(project.text()).toContain("### AAS-2: Better\n");
  });

  test("each field counts on its own: what is wrong is told, the rest is taken", async () => {
    await project.insert(1, { dependsOn: [toTaskKey("AAS-2")] });
    await project.insert(2);
    await exportBoard(project.deps, project.projectId);
    project.edit("| AAS-2 | Medium | Task 2 | - |", "| AAS-2 | soon | Better | AAS-1 |");

    const report = await importBoard(project.deps, project.projectId);

    expect(report?.problems.map((problem) => problem.message)).toEqual([
      'AAS-2 has the priority "soon".',
      "AAS-2 would wait for itself through others.",
    ]);
    expect(await project.taskOf(2)).toMatchObject({ title: "Better", priority: "medium", dependsOn: [] });
  });

  test("a command that was taken away on the board stays with the task", async () => {
    await project.insert(1);
    await exportBoard(project.deps, project.projectId);
    project.edit("    - [ ] `npm test`", "    - [ ] `true`");

    const report = await importBoard(project.deps, project.projectId);

    expect(report?.problems).toMatchObject([{ message: "AAS-1 no longer shows its command `npm test`." }]);
    expect((await project.taskOf(1)).acceptance).toEqual([["npm", "test"]]);
  });

  test("an edit of a task that started meanwhile is refused and written back", async () => {
    const task = await project.insert(1);
    await exportBoard(project.deps, project.projectId);
    project.edit("| Task 1 |", "| Better |");
    const board: Board = {
      ...project.deps.board,
      import: async (rows) => {
        const found = await project.deps.board.import(rows);
        await changeTask(project.deps, task.id, { type: "activated" });
        return found;
      },
    };

    const report = await importBoard({ ...project.deps, board }, project.projectId);
    const exported = await exportBoard(project.deps, project.projectId);

    expect(report).toMatchObject({
      updated: [],
      problems: [{ message: "AAS-1 was changed or started meanwhile." }],
    });
    expect(exported.conflicts).toMatchObject([{ message: expect.stringContaining("written back") }]);
    expect(project.text()).toContain("| Task 1 | - | In Progress |");
  });

  test("during a run, a blocked task can be edited and one that is in a builder's queue cannot", async () => {
    await project.insert(1, { runId: project.run.id });
    await project.insert(2, { runId: project.run.id, dependsOn: [toTaskKey("AAS-1")] });
    await exportBoard(project.deps, project.projectId);
    project.edit("| Task 1 |", "| First |");
    project.edit("| Task 2 |", "| Second |");

    const report = await importBoard(project.deps, project.projectId);
    const exported = await exportBoard(project.deps, project.projectId);

    expect(report?.updated).toEqual(["AAS-2"]);
    expect(exported.conflicts).toMatchObject([{ message: expect.stringContaining('"First"') }]);
    expect(project.text()).toContain("| Task 1 | - | Queued |");
    expect(project.text()).toContain("| Second | AAS-1 | Blocked |");
  });

  test("Done set by hand changes no task", async () => {
    await project.insert(1);
    await exportBoard(project.deps, project.projectId);
    project.edit("| Queued |", "| Done |");

    const report = await importBoard(project.deps, project.projectId);
    const exported = await exportBoard(project.deps, project.projectId);

    expect(report).toEqual({ created: [], updated: [], problems: [] });
    expect((await project.taskOf(1)).state).toEqual({ status: "queued" });
    expect(exported.conflicts).toMatchObject([
      { cure: expect.stringContaining("a commit on the base branch") },
    ]);
    expect(project.text()).toContain("| Queued |");
  });
});
