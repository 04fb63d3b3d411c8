import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type BoardFolder, boardRow, openBoardFolder } from "./board-folder.fixture.ts";

let folder: BoardFolder;

beforeEach(() => {
  folder = openBoardFolder();
});

afterEach(() => {
  folder[Symbol.dispose]();
});

describe("interruptions", () => {
  test("a person who saves while we write loses nothing, and neither do we", async () => {
    await folder.board.export([boardRow()]);
    let saves = 0;
    const racing = folder.openWith(async (kept) => {
      folder.memory.last = kept;
      saves += 1;
      if (saves === 1) folder.edit("## Task Details", "Ada was here.\n\n## Task Details");
    });

    await racing.export([boardRow({ status: "In Progress" })]);

    expect(folder.text()).toContain("Ada was here.");
    expect(folder.text()).toContain("| In Progress |");
  });

  test.each([
    ["before the board was written", 1],
    ["before it was remembered that it stands", 2],
  ])("a death %s does not look like a person's edit", async (_, deadly) => {
    await folder.board.export([boardRow()]);
    let writes = 0;
    const dying = folder.openWith(async (kept) => {
      writes += 1;
      if (writes === 2 && deadly === 2) throw new Error("dead");
      folder.memory.last = kept;
      if (writes === 1 && deadly === 1) throw new Error("dead");
    });
    const renamed = { title: "Keep due dates", status: "In Progress" } as const;
    await expect(dying.export([boardRow(renamed)])).rejects.toThrow("dead");

    const exported = await folder.board.export([boardRow({ title: "Hold due dates", status: "Done" })]);

    expect(exported).toEqual({ changed: true, conflicts: [] });
    expect(folder.text()).toContain("| Hold due dates | - | Done |");
    expect(readdirSync(folder.path)).toEqual(["ACTIVE_TASKS.md"]);
  });

  test("two processes that export at once do not lose each other's rows", async () => {
    const each = 25;
    const run = (first: number): Promise<unknown> =>
      promisify(execFile)(
        process.execPath,
        [
          join(import.meta.dirname, "export.fixture.ts"),
          folder.file,
          join(folder.path, "memory.json"),
          String(first),
          String(each),
        ],
        { timeout: 20_000 },
      );

    await Promise.all([run(100), run(200)]);

    const lines = folder.text().split("\n");
    const keys = lines.flatMap((line) => /^\| (?<key>AAS-\d+) /u.exec(line)?.groups?.["key"] ?? []);
    const wanted = [100, 200].flatMap((first) =>
      Array.from({ length: each }, (_, at) => `AAS-${first + at}`),
    );
    expect(keys.toSorted()).toEqual(wanted);
    expect(lines.filter((line) => line.startsWith("### "))).toHaveLength(2 * each);
    expect(readdirSync(folder.path).toSorted()).toEqual(["ACTIVE_TASKS.md", "memory.json"]);
  });
});
