import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeFiles } from "./write-files.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aas-write-"));
  writeFileSync(join(folder, "a.txt"), "before\n");
  mkdirSync(join(folder, "z"));
  writeFileSync(join(folder, "z/b.txt"), "before\n");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function everything(): readonly string[] {
  return readdirSync(folder, { recursive: true }).map(String).toSorted();
}

/** Files that change the world once the last of them was read: after all was prepared and before anything is in place. */
class FilesThen extends Map<string, string> {
  readonly #then: () => void;

  constructor(entries: readonly (readonly [string, string])[], then: () => void) {
    super();
    this.#then = then;
    for (const [path, text] of entries) this.set(path, text);
  }

  override *[Symbol.iterator](): MapIterator<[string, string]> {
    yield* super[Symbol.iterator]();
    this.#then();
  }
}

test("files and their folders are written and nothing is left beside them", async () => {
  const outcome = await writeFiles(
    folder,
    new Map([
      ["a.txt", "1\n"],
      ["new/deep/c.txt", "2\n"],
    ]),
  );

  expect(outcome).toEqual({ kind: "written" });
  expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("1\n");
  expect(everything()).toEqual(["a.txt", "new", "new/deep", "new/deep/c.txt", "z", "z/b.txt"]);
});

test("one hostile name keeps the others from being written", async () => {
  const outcome = await writeFiles(
    folder,
    new Map([
      ["a.txt", "1\n"],
      ["../b", "2\n"],
    ]),
  );

  expect(outcome).toEqual({ kind: "refused", problems: ['"../b" cannot be written: it leaves its folder.'] });
  expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("before\n");
});

test("what is in place already is put back when a later file turns into a link", async () => {
  const inode = statSync(join(folder, "a.txt")).ino;
  const files = new FilesThen(
    [
      ["a.txt", "1\n"],
      ["new/c.txt", "2\n"],
      ["z/b.txt", "3\n"],
    ],
    () => {
      rmSync(join(folder, "z"), { recursive: true });
      symlinkSync("nowhere", join(folder, "z"));
    },
  );

  await expect(writeFiles(folder, files)).rejects.toThrow(
    "changed while it was written: z is a symbolic link",
  );

  expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("before\n");
  expect(statSync(join(folder, "a.txt")).ino).toBe(inode);
  expect(everything().filter((path) => !path.startsWith("z"))).toEqual(["a.txt"]);
});

test("what was prepared is removed when a later file cannot be prepared", async () => {
  const tooDeep = Array.from({ length: 24 }, () => "深".repeat(40)).join("/");
  const deepFolder = join(folder, ...Array.from({ length: 10 }, () => "d".repeat(200)));
  mkdirSync(deepFolder, { recursive: true });
  const before = everything();

  await expect(
    writeFiles(
      deepFolder,
      new Map([
        ["x/a", "1"],
        [tooDeep, "2"],
      ]),
    ),
  ).rejects.toMatchObject({
    code: "internal",
    message: expect.stringContaining("nothing was changed") as string,
  });

  expect(everything()).toEqual(before);
});
