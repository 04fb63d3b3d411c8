import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { toTaskKey } from "../../domain/ids.ts";
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

describe("import of new rows", () => {
  test("a person's rows become tasks with their ids, and exporting them changes nothing but what follows from facts", async () => {
    project.writeRows(
      "| AAS-41 | high | Draw a map | - | queued | ada | 2026-01-01 | 2026-01-01 |",
      "| AAS-042 | Critical | Fold `it` \\| twice | AAS-41 | Queued | - | 2025-12-31 | 2026-01-01 |",
    );
    project.write(
      `${project.text()}\n## Task Details\n\n### AAS-41: Draw a map\n- **Description**: With\n    rivers.\n- **Type**: chore\n- **Acceptance Criteria**:\n    - [x] It has \`rivers\`\n`,
    );
    const before = project.text();

    const report = await importBoard(project.deps, project.projectId);

    expect(report).toEqual({ created: ["AAS-41", "AAS-042"], updated: [], problems: [] });
    expect(await project.taskOf(41)).toMatchObject({
      title: "Draw a map",
      priority: "high",
      type: "chore",
      assignee: "ada",
      description: "With\nrivers.\n\nAcceptance criteria:\n- It has `rivers`",
      acceptance: [],
      runId: null,
      state: { status: "queued" },
    });
    expect(await project.deps.db.tasks.findByKey(project.projectId, toTaskKey("AAS-042"))).toMatchObject({
      title: "Fold `it` | twice",
      priority: "urgent",
      dependsOn: ["AAS-41"],
      createdAt: new Date("2025-12-31T00:00:00Z"),
    });
    expect(await exportBoard(project.deps, project.projectId)).toMatchObject({ conflicts: [] });
    expect(project.text()).toBe(before.replace("AAS-41 | Queued |", "AAS-41 | Blocked |"));
    expect(await importBoard(project.deps, project.projectId)).toEqual({
      created: [],
      updated: [],
      problems: [],
    });
    const events = await project.deps.db.events.listAfter(project.projectId, 0, 10);
    expect(events.map((event) => [event.type, event.subject, event.actor])).toEqual([
      ["task.created", "AAS-41", "person:ada"],
      ["task.created", "AAS-042", "person:ada"],
    ]);
  });

  test("every refused row is told with its line and a cure, and becomes nothing", async () => {
    await project.insert(1, { title: "Known" });
    project.writeRows(
      "| AAS-10 | High | | - | Queued | - | - | - |",
      "| AAS-11 | asap | A | - | Queued | - | - | - |",
      "| AAS-12 | High | B | unknown | Queued | - | - | - |",
      "| AAS-13 | High | C | AAS-99 | Queued | - | - | - |",
      "| AAS-14 | High | D | AAS-13 | Queued | - | - | - |",
      "| AAS-15 | High | E | AAS-16 | Queued | - | - | - |",
      "| AAS-16 | High | F | AAS-15 | Queued | - | - | - |",
      "| AAS-17 | High | G | - | In Progress | bob | - | - |",
      "| AAS-001 | High | H | - | Queued | - | - | - |",
      "| AAS-18 | High | known | - | Queued | - | - | - |",
      "| AAS-19 | High | I | AAS-19 | Queued | - | - | - |",
      "| AAS-99999999 | High | J | - | Queued | - | - | - |",
      "| AAS-20 | High | K | too | many | cells | Queued | - | - | - |",
      "| AAS-21 | High | L | - | Done | cat | - | - |",
      "| AAS-22 | High | M | AAS-21 | Queued | - | - | - |",
    );

    const report = await importBoard(project.deps, project.projectId);

    expect(report?.created).toEqual(["AAS-22"]);
    expect(report?.problems.map((problem) => `${problem.line}: ${problem.message}`).toSorted()).toEqual(
      [
        "10: AAS-15 waits for itself through others.",
        "11: AAS-16 waits for itself through others.",
        '12: AAS-17 stands as "In Progress", and no run knows it.',
        "13: AAS-001 has the number of AAS-1.",
        "14: AAS-18 has the title of AAS-1.",
        '15: AAS-19 depends on "AAS-19".',
        "16: AAS-99999999 has a number that is out of range.",
        "17: AAS-20 has 10 cells where the table has 8. It was left as it stands.",
        "5: AAS-10 has no usable title.",
        '6: AAS-11 has the priority "asap".',
        '7: AAS-12 depends on "unknown".',
        "8: AAS-13 depends on AAS-99: no such task.",
        "9: AAS-14 depends on AAS-13: no such task.",
      ].toSorted(),
    );
    expect(report?.problems.every((problem) => problem.cure !== "")).toBe(true);
    expect(await project.deps.db.tasks.list(project.projectId)).toHaveLength(2);
  });

  test("no number that stands on the board is ever given to another task", async () => {
    project.writeRows("| AAS-227 | High | Build an engine | - | Done | bot | - | - |");
    project.write(`${project.text()}\n### AAS-301: Without a row\n`);

    await importBoard(project.deps, project.projectId);

    expect(await project.deps.db.tasks.allocateNumbers(project.projectId, 2, 1)).toEqual([302, 303]);
  });

  test("a flood stops at the number of tasks a person can oversee", async () => {
    project.writeRows(
      ...Array.from({ length: 600 }, (_, at) => `| AAS-${at + 1} | Low | T ${at} | - | Queued | - | - | - |`),
    );

    const report = await importBoard(project.deps, project.projectId);

    expect(report?.created).toHaveLength(500);
    expect(report?.problems).toHaveLength(100);
    expect(report?.problems[0]).toMatchObject({
      line: 505,
      message: expect.stringContaining("500 tasks wait"),
    });
  });

  test("two processes that import at once make each task once", async () => {
    project.writeRows(
      ...Array.from({ length: 20 }, (_, at) => `| AAS-${at + 1} | Low | T ${at} | - | Queued | - | - | - |`),
    );

    const reports = await Promise.all(
      [1, 2, 3].map(() => importBoard({ ...project.deps, board: project.openBoard() }, project.projectId)),
    );

    expect(reports.flatMap((report) => report?.created ?? [])).toHaveLength(20);
    expect(await project.deps.db.tasks.list(project.projectId)).toHaveLength(20);
  });

  test("without a board there is nothing to import", async () => {
    expect(await importBoard(project.deps, project.projectId)).toBeNull();
  });
});
