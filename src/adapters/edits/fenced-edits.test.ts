import {
  chmodSync,
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
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FencedEdits } from "./fenced-edits.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aas-edits-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(path: string, text: string | Buffer): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function read(path: string): string {
  return readFileSync(join(folder, path), "utf8");
}

function everything(): readonly string[] {
  return readdirSync(folder, { recursive: true }).map(String).toSorted();
}

async function apply(...lines: readonly string[]): ReturnType<FencedEdits["apply"]> {
  return new FencedEdits().apply(lines.join("\n"), folder);
}

async function problemsOf(...lines: readonly string[]): Promise<string> {
  const before = everything().map((path) => [path, statSync(join(folder, path)).mtimeMs]);
  const outcome = await apply(...lines);
  expect(everything().map((path) => [path, statSync(join(folder, path)).mtimeMs])).toEqual(before);
  return outcome.kind === "refused" ? outcome.problems.join("\n") : "applied";
}

function change(search: string, replace: string): readonly string[] {
  return ["<<<<<<< SEARCH", search, "=======", replace, ">>>>>>> REPLACE"];
}

describe("reading an answer", () => {
  test("several operations are applied and everything around them is passed over", async () => {
    put("src/a.ts", "one\ntwo\nthree\n");

    const outcome = await apply(
      "Here is the change:",
      "",
      "EDIT: src/a.ts",
      "```ts",
      ...change("two", "2"),
      "```",
      "FILE: docs/new.md",
      "````markdown",
      "# New",
      "```sh",
      "ls",
      "```",
      "````",
      "That is all.",
    );

    expect(outcome).toEqual({ kind: "applied", files: ["src/a.ts", "docs/new.md"] });
    expect(read("src/a.ts")).toBe("one\n2\nthree\n");
    expect(read("docs/new.md")).toBe("# New\n```sh\nls\n```\n");
    expect(everything()).toEqual(["docs", "docs/new.md", "src", "src/a.ts"]);
  });

  test("a header may be dressed up as models like to", async () => {
    for (const header of ["FILE: `a.txt`", "**FILE: a.txt**", "**FILE:** a.txt", "### FILE: a.txt"]) {
      expect(await apply(header, "", "~~~~", header, "~~~~")).toEqual({ kind: "applied", files: ["a.txt"] });
      expect(read("a.txt")).toBe(`${header}\n`);
    }
  });

  test("an edit may change several places, in one block or in several", async () => {
    put("a.txt", "1\n2\n3\n");

    await apply(
      "EDIT: a.txt",
      "```",
      ...change("1", "one"),
      "",
      ...change("2", "two"),
      "```",
      "```",
      ...change("3", "three"),
      "```",
    );

    expect(read("a.txt")).toBe("one\ntwo\nthree\n");
  });

  test("fences inside a change are text", async () => {
    put("a.md", "# A\nrun\n");

    await apply("EDIT: a.md", "```", ...change("run", "```\nnpm test\n```"), "```");

    expect(read("a.md")).toBe("# A\n```\nnpm test\n```\n");
  });

  test.each([
    ["an empty answer", [""], "holds no file operation"],
    ["talk only", ["I have changed it.", "```", "code", "```"], "holds no file operation"],
    ["a header without a block", ["FILE: a.txt", "content"], "FILE: a.txt: no fenced block follows it."],
    ["an answer that was cut off", ["FILE: a.txt", "```", "content"], "its block is not closed"],
    [
      "a change that was cut off",
      ["EDIT: a.txt", "```", "<<<<<<< SEARCH", "a"],
      "not closed by >>>>>>> REPLACE",
    ],
    [
      "an edit without a change",
      ["EDIT: a.txt", "```", "new text", "```"],
      "SEARCH, =======, >>>>>>> REPLACE",
    ],
    [
      "two dividers",
      ["EDIT: a.txt", "```", "<<<<<<< SEARCH", "a", "=======", "b", "=======", ">>>>>>> REPLACE", "```"],
      "it has 2",
    ],
    [
      "an inner block in a fence too short",
      ["FILE: a.md", "```", "```sh", "ls", "```", "```"],
      "longer fence",
    ],
    [
      "a bare inner block",
      ["FILE: a.md", "```", "x", "```", "ls", "```", "y", "```"],
      "belongs to no operation",
    ],
    [
      "an answer wrapped in a fence",
      ["```", "FILE: a.py", "```python", "x", "```", "```"],
      "inside a fenced block",
    ],
    ["one file written twice", ["FILE: a", "```", "1", "```", "FILE: a", "```", "2", "```"], "write it once"],
    [
      "a file that is a folder too",
      ["FILE: a", "```", "```", "FILE: a/b", "```", "```"],
      "the folder of a/b",
    ],
  ])("%s is refused and changes nothing", async (_, lines, complaint) => {
    expect(await problemsOf(...lines)).toContain(complaint);
  });
});

describe("an ambiguous change", () => {
  test("that matches several places is refused with their lines", async () => {
    put("a.txt", "x\ny\nx\n");

    expect(await problemsOf("EDIT: a.txt", "```", ...change("x", "z"), "```")).toContain(
      "SEARCH matches 2 places (lines 1, 3)",
    );
  });

  test("that matches nothing is refused with the lines most like it", async () => {
    put("a.py", "import os\n\ndef area(width, height):\n    return width * height\n");

    const complaint = await problemsOf(
      "EDIT: a.py",
      "```",
      ...change("def area(width):", "def area(w):"),
      "```",
    );

    expect(complaint).toBe(
      "EDIT: a.py: SEARCH matches nothing. The nearest lines are:\n3| def area(width, height):",
    );
  });

  test("that matches but for white space is refused, not guessed", async () => {
    put("a.py", "if x:\n    y()\n");

    expect(await problemsOf("EDIT: a.py", "```", ...change("  y()", "  z()"), "```")).toContain("2|     y()");
  });

  test("with an empty SEARCH, or of a missing or binary file, is refused", async () => {
    put("a.txt", "");
    put("b.bin", Buffer.from([0xff, 0xfe, 0x00]));

    expect(await problemsOf("EDIT: a.txt", "```", ...change("", "x"), "```")).toContain("SEARCH is empty");
    expect(await problemsOf("EDIT: c.txt", "```", ...change("x", "y"), "```")).toContain("does not exist");
    expect(await problemsOf("EDIT: b.bin", "```", ...change("x", "y"), "```")).toContain("not UTF-8 text");
  });

  test("keeps the good operations beside it from being written", async () => {
    put("a.txt", "a\n");

    await problemsOf("FILE: b.txt", "```", "b", "```", "EDIT: a.txt", "```", ...change("nope", "x"), "```");

    expect(everything()).toEqual(["a.txt"]);
  });
});

describe("writing", () => {
  test.each([
    "../x",
    "/etc/passwd",
    "a/../../x",
    ".git/config",
    ".GIT/hooks/pre-commit",
    "a\\b",
    "C:/x",
    "con",
    "a//b",
    "-rf",
    `${"x".repeat(300)}.ts`,
  ])("the hostile name %j is refused", async (path) => {
    expect(await problemsOf(`FILE: ${path}`, "```", "x", "```")).toContain("cannot be written");
  });

  test("a symbolic link is neither followed nor replaced, as file or as folder", async () => {
    const outside = mkdtempSync(join(tmpdir(), "aas-outside-"));
    writeFileSync(join(outside, "kept"), "kept\n");
    symlinkSync(outside, join(folder, "dir"));
    symlinkSync(join(outside, "kept"), join(folder, "file"));

    expect(await problemsOf("FILE: dir/kept", "```", "x", "```")).toContain("dir is a symbolic link");
    expect(await problemsOf("FILE: file", "```", "x", "```")).toContain("file is a symbolic link");
    expect(await problemsOf("EDIT: file", "```", ...change("kept", "x"), "```")).toContain("symbolic link");

    expect(readFileSync(join(outside, "kept"), "utf8")).toBe("kept\n");
    rmSync(outside, { recursive: true });
  });

  test("a file keeps its mode, its line endings and its byte order mark", async () => {
    put("run.sh", "\uFEFF#!/bin/sh\r\necho one\r\necho two\r\n");
    chmodSync(join(folder, "run.sh"), 0o751);

    await apply("EDIT: run.sh", "```", ...change("echo one", "echo 1\necho 1.5"), "```");

    expect(read("run.sh")).toBe("\uFEFF#!/bin/sh\r\necho 1\r\necho 1.5\r\necho two\r\n");

    await apply("FILE: run.sh", "```", "#!/bin/sh", "echo new", "```");

    expect(read("run.sh")).toBe("\uFEFF#!/bin/sh\r\necho new\r\n");
    expect(statSync(join(folder, "run.sh")).mode.toString(8).slice(-3)).toBe("751");
  });

  test("a last line without a newline stays without one when edited, a whole file ends with one", async () => {
    put("a.txt", "one\ntwo");
    put("b.txt", "one\ntwo");

    await apply("EDIT: a.txt", "```", ...change("two", "2\n3"), "```", "FILE: b.txt", "```", "1", "```");

    expect(read("a.txt")).toBe("one\n2\n3");
    expect(read("b.txt")).toBe("1\n");
  });

  test("an empty block makes an empty file, and an empty REPLACE removes lines", async () => {
    put("a.txt", "one\ntwo\n");
    const removal = ["<<<<<<< SEARCH", "one", "=======", ">>>>>>> REPLACE"];

    await apply("FILE: e.txt", "```", "```", "EDIT: a.txt", "```", ...removal, "```");

    expect([read("e.txt"), read("a.txt")]).toEqual(["", "two\n"]);
  });
});
