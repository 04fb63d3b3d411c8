import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { toTaskKey } from "../../domain/ids.ts";
import type { Board } from "../../ports/board.ts";
import { parseBoard } from "./board-document.ts";
import { type BoardFolder, boardRow, openBoardFolder } from "./board-folder.fixture.ts";

let folder: BoardFolder;

beforeEach(() => {
  folder = openBoardFolder();
});

afterEach(() => {
  folder[Symbol.dispose]();
});

/** A process that dies around one of its writes to the memory. */
function dyingAt(write: number, when: "before" | "after" = "before"): Board {
  let writes = 0;
  return folder.openWith(async (kept) => {
    writes += 1;
    if (writes === write && when === "before") throw new Error("dead");
    folder.memory.last = kept;
    if (writes === write) throw new Error("dead");
  });
}

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
    ["before the board was written", 1, "after"],
    ["before it was remembered that it stands", 2, "before"],
  ] as const)("a death %s does not look like a person's edit", async (_, write, when) => {
    await folder.board.export([boardRow()]);
    const renamed = { title: "Keep due dates", status: "In Progress" } as const;
    await expect(dyingAt(write, when).export([boardRow(renamed)])).rejects.toThrow("dead");

    const exported = await folder.board.export([boardRow({ title: "Hold due dates", status: "Done" })]);

    expect(exported).toEqual({ changed: true, conflicts: [] });
    expect(folder.text()).toContain("| Hold due dates | - | Done |");
    expect(readdirSync(folder.path)).toEqual(["ACTIVE_TASKS.md"]);
  });

  test("a death after writing and another before writing do not look like a person's edit", async () => {
    await folder.board.export([boardRow()]);
    await expect(dyingAt(2).export([boardRow({ title: "Second" })])).rejects.toThrow("dead");
    await expect(dyingAt(1, "after").export([boardRow({ title: "Third" })])).rejects.toThrow("dead");

    const exported = await folder.board.export([boardRow({ title: "Fourth" })]);

    expect(exported).toEqual({ changed: true, conflicts: [] });
    expect(folder.text()).toContain("| Fourth |");
  });

  test("what was written is remembered by one at a time", async () => {
    let inside = 0;
    const most: number[] = [];
    const slow = folder.openWith(async (kept) => {
      inside += 1;
      most.push(inside);
      await setImmediate();
      await setImmediate();
      folder.memory.last = kept;
      inside -= 1;
    });
    const keys = Array.from({ length: 8 }, (_, at) => toTaskKey(`AAS-${at + 1}`));

    await Promise.all(keys.map((key) => slow.export([boardRow({ key, title: key })])));

    expect(Math.max(...most)).toBe(1);
    expect([...parseBoard(folder.text()).rows.keys()].toSorted()).toEqual(keys);
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
