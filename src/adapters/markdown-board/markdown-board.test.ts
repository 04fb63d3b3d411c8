import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRepository } from "../../testing/git-fixtures.ts";
import { type BoardFolder, boardRow, openBoardFolder } from "./board-folder.fixture.ts";
import { makeMarkdownBoard } from "./markdown-board.ts";

let folder: BoardFolder;

beforeEach(() => {
  folder = openBoardFolder();
});

afterEach(() => {
  folder[Symbol.dispose]();
});

describe("writing", () => {
  test("nothing is written for no tasks, and nothing when nothing changed", async () => {
    expect(await folder.board.export([])).toEqual({ changed: false, conflicts: [] });
    expect(existsSync(folder.file)).toBe(false);

    expect(await folder.board.export([boardRow()])).toEqual({ changed: true, conflicts: [] });
    const before = statSync(folder.file, { bigint: true });

    expect(await folder.board.export([boardRow()])).toEqual({ changed: false, conflicts: [] });
    expect(statSync(folder.file, { bigint: true })).toEqual(before);
    expect(readdirSync(folder.path)).toEqual(["ACTIVE_TASKS.md"]);
  });

  test("the file's mode stays and git does not notice anything but the file", async () => {
    const repository = createRepository(join(folder.path, "repository"), { files: { "a.txt": "1\n" } });
    const index = readFileSync(join(repository.folder, ".git/index"));
    const inside = join(repository.folder, "ACTIVE_TASKS.md");
    writeFileSync(inside, "# Ours\n");
    chmodSync(inside, 0o640);
    const here = makeMarkdownBoard({ file: inside, readLast: async () => null, writeLast: async () => {} });

    await here.export([boardRow()]);

    expect(statSync(inside).mode & 0o777).toBe(0o640);
    expect(readFileSync(join(repository.folder, ".git/index"))).toEqual(index);
    expect(repository.git("status", "--porcelain").trim()).toBe("?? ACTIVE_TASKS.md");
  });

  test("a symbolic link, a folder and a file that is no text are refused and left alone", async () => {
    const target = join(folder.path, "target.md");
    writeFileSync(target, "mine\n");
    symlinkSync(target, folder.file);
    await expect(folder.board.export([boardRow()])).rejects.toMatchObject({ code: "not_allowed" });
    await expect(folder.board.import([])).rejects.toMatchObject({ code: "not_allowed" });
    expect(readFileSync(target, "utf8")).toBe("mine\n");

    rmSync(folder.file);
    mkdirSync(folder.file);
    await expect(folder.board.export([boardRow()])).rejects.toMatchObject({ code: "not_allowed" });

    rmSync(folder.file, { recursive: true });
    writeFileSync(folder.file, Buffer.from([0x23, 0x20, 0xff, 0xfe]));
    await expect(folder.board.export([boardRow()])).rejects.toMatchObject({ code: "config_invalid" });
    expect(readFileSync(folder.file)).toEqual(Buffer.from([0x23, 0x20, 0xff, 0xfe]));
  });

  test("a folder that is gone is an error with a cure", async () => {
    const lost = makeMarkdownBoard({
      file: join(folder.path, "gone/ACTIVE_TASKS.md"),
      readLast: async () => null,
      writeLast: async () => {},
    });

    await expect(lost.export([boardRow()])).rejects.toMatchObject({
      code: "not_allowed",
      cure: expect.stringContaining("gone"),
    });
  });

  test("the draft of a process that died is taken away", async () => {
    const draft = join(folder.path, ".ACTIVE_TASKS.md.aas-draft");
    writeFileSync(draft, "half");
    utimesSync(draft, new Date(0), new Date(0));

    await folder.board.export([boardRow()]);

    expect(readdirSync(folder.path)).toEqual(["ACTIVE_TASKS.md"]);
  });

  test("a table that lacks our columns is left alone and told", async () => {
    writeFileSync(folder.file, "## Active Tasks\n\n| Task | Owner |\n|---|---|\n");

    expect(await folder.board.export([boardRow()])).toMatchObject({
      changed: false,
      conflicts: [{ line: 3 }],
    });
    expect(folder.text()).toBe("## Active Tasks\n\n| Task | Owner |\n|---|---|\n");
  });
});
