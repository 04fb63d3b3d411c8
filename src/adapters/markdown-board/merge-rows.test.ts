import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { toTaskKey } from "../../domain/ids.ts";
import { parseBoard } from "./board-document.ts";
import { type BoardFolder, boardRow, openBoardFolder } from "./board-folder.fixture.ts";

let folder: BoardFolder;

beforeEach(() => {
  folder = openBoardFolder();
});

afterEach(() => {
  folder[Symbol.dispose]();
});

const two = toTaskKey("AAS-2");

describe("three ways", () => {
  test("what people write around our rows stays while our rows change", async () => {
    await folder.board.export([boardRow(), boardRow({ key: two, title: "Show them" })]);
    writeFileSync(
      folder.file,
      folder.text().replace("## Task Details", "Call Ada | today.\n\n## Task Details") + "\nP.S. tea\n",
    );

    const exported = await folder.board.export([
      boardRow({ status: "In Progress" }),
      boardRow({ key: two, title: "Show them" }),
    ]);

    expect(exported).toEqual({ changed: true, conflicts: [] });
    expect(folder.text()).toContain("| AAS-1 | High | Store due dates | - | In Progress |");
    expect(folder.text()).toContain("Call Ada | today.\n");
    expect(folder.text().endsWith("P.S. tea\n")).toBe(true);
  });

  test("an edit of a waiting task stays on the board and is handed over, field by field", async () => {
    await folder.board.export([boardRow(), boardRow({ key: two, title: "Show them" })]);
    folder.edit("| AAS-1 | High | Store due dates | - |", "| AAS-1 | Urgent | Keep due dates | AAS-2 |");
    folder.edit("A todo has a date.", "A todo has a day.");
    const rows = [boardRow(), boardRow({ key: two, title: "Show them" })];

    expect(await folder.board.export(rows)).toEqual({ changed: false, conflicts: [] });
    const found = await folder.board.import(rows);

    expect(found?.problems).toEqual([]);
    expect(found?.edits).toMatchObject([
      {
        fields: ["priority", "title", "dependsOn", "description"],
        row: {
          key: "AAS-1",
          line: 9,
          priority: "urgent",
          title: "Keep due dates",
          dependsOn: ["AAS-2"],
          description: "A todo has a day.",
        },
      },
    ]);
  });

  test("an edit that was taken over is no edit any more, and the heading follows the title", async () => {
    await folder.board.export([boardRow()]);
    folder.edit("| Store due dates |", "| Keep due dates |");

    const rows = [boardRow({ title: "Keep due dates" })];
    expect(await folder.board.export(rows)).toMatchObject({ conflicts: [] });

    expect(folder.text()).toContain("### AAS-1: Keep due dates");
    expect(await folder.board.import(rows)).toMatchObject({ edits: [], problems: [] });
  });

  test("an edit during a run: the database's status and a person's title meet in one row", async () => {
    await folder.board.export([boardRow({ status: "Blocked" })]);
    folder.edit("| Store due dates |", "| Keep due dates |");

    const exported = await folder.board.export([boardRow({ status: "Queued", updated: "2026-01-02" })]);

    expect(exported).toEqual({ changed: true, conflicts: [] });
    expect(folder.text()).toContain(
      "| AAS-1 | High | Keep due dates | - | Queued | - | 2026-01-01 | 2026-01-02 |",
    );
  });

  test("a task that is worked on keeps its words: the edit is written back and told", async () => {
    await folder.board.export([boardRow({ status: "In Progress", isEditable: false })]);
    folder.edit("| Store due dates |", "| Keep due dates |");

    const exported = await folder.board.export([boardRow({ status: "In Progress", isEditable: false })]);

    expect(exported).toEqual({
      changed: true,
      conflicts: [
        {
          line: 9,
          message:
            'AAS-1: somebody wrote "Keep due dates" as Title, but it is "Store due dates". It was written back.',
          cure: "A task can be changed while it waits in the queue; this one is In Progress.",
        },
      ],
    });
    expect(folder.text()).toContain("| Store due dates |");
  });

  test("Done set by hand is written back and told", async () => {
    await folder.board.export([boardRow()]);
    folder.edit("| Queued |", "| Done |");

    const exported = await folder.board.export([boardRow()]);

    expect(exported.conflicts).toMatchObject([
      {
        line: 9,
        message: 'AAS-1: somebody wrote "Done" as Status, but it is "Queued". It was written back.',
      },
    ]);
    expect(folder.text()).toContain("| Queued |");
    expect(await folder.board.export([boardRow()])).toEqual({ changed: false, conflicts: [] });
  });

  test("when both changed one field, the database's stands and both are told", async () => {
    await folder.board.export([boardRow()]);
    folder.edit("| Store due dates |", "| Theirs |");

    const exported = await folder.board.export([boardRow({ title: "Ours" })]);

    expect(exported.conflicts).toMatchObject([
      {
        message:
          'AAS-1: the board says "Theirs" as Title, the database says "Ours". The database\'s text stands now.',
      },
    ]);
    expect(folder.text()).toContain("| Ours |");
  });

  test("a key that stands there for another task is left alone, row and section", async () => {
    const foreign =
      "## Active Tasks\n\n| ID | Title | Status |\n|---|---|---|\n| AAS-1 | Build an engine | Queued |\n";
    writeFileSync(folder.file, foreign);

    const exported = await folder.board.export([
      boardRow({ title: "Select a weather API", status: "Done", note: "Landed." }),
    ]);
    const again = await folder.board.export([
      boardRow({ title: "Select a weather API", status: "Done", note: "Landed." }),
    ]);

    expect(folder.text()).toBe(foreign);
    expect(exported.conflicts).toMatchObject([
      { line: 5, cure: "Give the task on the board an id that is free." },
    ]);
    expect(again).toEqual(exported);
  });

  test("an open row that was deleted comes back and is told, a closed one stays away", async () => {
    const rows = [boardRow(), boardRow({ key: two, title: "Show them", status: "Done" })];
    await folder.board.export(rows);
    writeFileSync(
      folder.file,
      folder
        .text()
        .split("\n")
        .filter((line) => !/^\| AAS-\d/u.test(line))
        .join("\n"),
    );

    const exported = await folder.board.export(rows);

    expect(exported.conflicts).toMatchObject([
      { message: expect.stringMatching(/^AAS-1 was taken off the board/u) },
    ]);
    expect([...parseBoard(folder.text()).rows.keys()]).toEqual(["AAS-1"]);
    expect(await folder.board.export(rows)).toEqual({ changed: false, conflicts: [] });
  });

  test("a row of ours that somebody broke is left as it stands until it is mended", async () => {
    await folder.board.export([boardRow()]);
    folder.edit("| Store due dates |", "| Store | due dates |");

    const exported = await folder.board.export([boardRow({ status: "In Progress" })]);
    folder.edit("| Store | due dates |", "| Store due dates |");
    const mended = await folder.board.export([boardRow({ status: "In Progress" })]);

    expect(exported).toMatchObject({ changed: false, conflicts: [{ line: 9 }] });
    expect(mended).toEqual({ changed: true, conflicts: [] });
  });

  test("a memory that cannot be read makes no edits out of nothing", async () => {
    await folder.board.export([boardRow()]);
    folder.memory.last = "{ not json";
    folder.edit("| Store due dates | - | Queued |", "| Store due dates | AAS-7 | Queued |");

    expect(await folder.board.import([boardRow()])).toMatchObject({ edits: [] });
  });
});
