import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeId, toTaskKey } from "../../domain/ids.ts";
import type { Board } from "../../ports/board.ts";
import { sampleAttempt } from "../../testing/building-samples.ts";
import { sampleSha, sampleTask, sampleTime } from "../../testing/samples.ts";
import { changeTask } from "../recording/change-task.ts";
import {
  type BoardDatabase,
  type BoardProject,
  openBoardDatabase,
  openBoardProject,
} from "./board-project.fixture.ts";
import { exportBoard, toBoardRows } from "./export-board.ts";

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

describe("export", () => {
  test("each task shows its status, its days, and what a person needs to go on", async () => {
    await project.insert(1, { runId: project.run.id, state: { status: "done", commit: sampleSha(0xabc) } });
    await project.insert(2, {
      runId: project.run.id,
      state: { status: "active" },
      dependsOn: [toTaskKey("AAS-1")],
    });
    await project.insert(3, { runId: project.run.id, dependsOn: [toTaskKey("AAS-2")], assignee: "ada" });
    const stuck = await project.insert(4, {
      runId: project.run.id,
      state: { status: "needs_review", reason: "3 attempts failed" },
      updatedAt: sampleTime(24 * 60),
    });
    await project.deps.db.attempts.insert(
      sampleAttempt({ id: makeId("att", project.projectId), taskId: stuck.id, runId: project.run.id }),
    );

    await exportBoard(project.deps, project.projectId);

    expect(
      project
        .text()
        .split("\n")
        .filter((line) => line.startsWith("| AAS")),
    ).toEqual([
      "| AAS-1 | Medium | Task 1 | - | Done | - | 2026-01-01 | 2026-01-01 |",
      "| AAS-2 | Medium | Task 2 | AAS-1 | In Progress | - | 2026-01-01 | 2026-01-01 |",
      "| AAS-3 | Medium | Task 3 | AAS-2 | Blocked | ada | 2026-01-01 | 2026-01-01 |",
      "| AAS-4 | Medium | Task 4 | - | Needs Review | - | 2026-01-01 | 2026-01-02 |",
    ]);
    expect(project.text()).toContain("- **AAS**: Landed as `00000000`.\n");
    expect(project.text()).toContain(
      `- **AAS**: 3 attempts failed (branch \`aas/task/${project.run.id}/AAS-4/1.1\`)\n`,
    );
    expect(project.text()).toContain("    - [ ] `npm test`\n");
  });

  test.each([
    [
      "on a forge names it",
      "https://example.com/pull/7",
      "Landed as `00000000` with https://example.com/pull/7",
    ],
    ["in a file of this machine names no path", "/srv/state/pull-requests/int_1.md", "Landed as `00000000`."],
  ])("a task that landed with a pull request %s", (_name, pullRequest, note) => {
    const task = sampleTask({ state: { status: "done", commit: sampleSha(0xabc) } });

    const [row] = toBoardRows({
      tasks: [{ ...task, runId: project.run.id }],
      runs: new Map(),
      attempts: new Map(),
      pullRequests: new Map([[project.run.id, pullRequest]]),
    });

    expect(row).toMatchObject({ status: "Done", note, isEditable: false });
  });

  test("tasks closed a month ago are not put onto a board, and stay where they stand", async () => {
    await project.insert(1, { state: { status: "canceled" } });
    await exportBoard(project.deps, project.projectId);
    const before = project.text();
    const later = { ...project.deps, clock: { now: () => sampleTime(60 * 24 * 60) } };

    await exportBoard(later, project.projectId);
    expect(project.text()).toBe(before);

    project.writeRows();
    await project.insert(2);
    await exportBoard(later, project.projectId);
    expect(project.text()).not.toContain("| AAS-1 ");
    expect(project.text()).toContain("| AAS-2 ");
  });

  test("a fact that changes while the board is written is on the board at the end", async () => {
    const task = await project.insert(1, { runId: project.run.id });
    let isFirst = true;
    const board: Board = {
      ...project.deps.board,
      export: async (rows) => {
        const exported = await project.deps.board.export(rows);
        if (isFirst) await changeTask(project.deps, task.id, { type: "activated" });
        isFirst = false;
        return exported;
      },
    };

    await exportBoard({ ...project.deps, board }, project.projectId);

    expect(project.text()).toContain("| In Progress |");
  });
});
