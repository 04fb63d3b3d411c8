import { expect, test } from "vitest";
import type { BlockKind, Plan } from "../../domain/plan.ts";
import { readPlan } from "./read-plan.ts";

function read(text: string): Plan {
  return readPlan({ text, finish: "stop" }, []);
}

function block(before: string, tag: string, body: string): string {
  return `${before}\n\n\`\`\`${tag}\n${body}\n\`\`\`\n`;
}

/** Kind and path of the only block. */
function only(text: string): readonly unknown[] {
  return read(text).blocks.flatMap(({ kind, path }) => [kind, path]);
}

const code = "import os\n\nprint(os.name)";

test.each<[string, string, string, string]>([
  ["path= behind the marks", "", "python path=core/new.py", "core/new.py"],
  ["title= behind the marks", "", 'ts {1,3} title="src/a.ts"', "src/a.ts"],
  ["the path behind the language", "", "python:core/new.py", "core/new.py"],
  ["the path instead of a language", "", "core/new.py", "core/new.py"],
  ["the line before", "Create the settings in `core/new.py`:", "python", "core/new.py"],
  ["the line before, bare", "Now write core/new.py:", "python", "core/new.py"],
  ["a bold line", "**File: `core/new.py`**", "python", "core/new.py"],
  ["the line before an empty phrase", "Create `core/new.py`.\n\nHere is the code:", "python", "core/new.py"],
  ["the heading", "### Settings (`core/new.py`)", "python", "core/new.py"],
  ["the heading above a sentence", "#### 2. core/new.py\n\nIt holds the settings.", "python", "core/new.py"],
  [
    "one of two, in which something is done",
    "Put `helpers.py` to use in `core/new.py`:",
    "python",
    "core/new.py",
  ],
  [
    "one that is not only referred to",
    "With the class from `core/main.py`, write `core/new.py`:",
    "python",
    "core/new.py",
  ],
])("a block belongs to the file named by %s", (_name, before, tag, path) => {
  expect(only(block(before, tag, code))).toEqual(["file", path]);
});

test.each([
  ["// src/a.ts", "ts"],
  ["# src/a.ts", "python"],
  ["#!/usr/bin/env python\n# src/a.ts", "python"],
  ["<!-- src/a.ts -->", "html"],
  ["/* src/a.ts */", "css"],
  ["-- src/a.ts", "sql"],
  ["# File: src/a.ts", "yaml"],
  ["// filename: src/a.ts (new)", "ts"],
  ['"""src/a.ts"""', "python"],
  ["# src/a.ts - the settings", "python"],
])("a first line that is the comment %j names the file", (comment, tag) => {
  const [file] = read(block("Some code:", tag, `${comment}\n${code}`)).files;

  expect([file?.said, file?.content.kind === "whole" && file.content.text.endsWith(`${code}\n`)]).toEqual([
    "src/a.ts",
    true,
  ]);
  expect(file?.content.kind === "whole" && file.content.text).not.toContain("src/a.ts");
});

test.each<[string, string, string, BlockKind]>([
  ["no path at all", "Create an async function to start it:", "python", "snippet"],
  ["only words", "Modify the main event loop to include it:", "python", "snippet"],
  ["a product", "Set up the Node.js server:", "javascript", "snippet"],
  ["a call", "Use `config.load()` for it:", "python", "snippet"],
  ["another block's heading", "### `core/new.py`\n\n```sh\nls\n```\n\nThen:", "python", "snippet"],
])("%s names no file", (_name, before, tag, kind) => {
  expect(only(block(before, tag, code)).slice(-2)).toEqual([kind, null]);
});

test.each<[BlockKind, string, string, string]>([
  ["command", "Install it:", "bash", "# once\nnpm install x"],
  ["command", "Run `core/setup.sh`:", "bash", "bash core/setup.sh"],
  ["command", "Then:", "", "$ pip install x\n$ pytest"],
  ["command", "Then:", "text", "docker build .\ndocker run x"],
  ["file", "### Script (`bin/setup.sh`)", "bash", "#!/bin/sh\nset -e"],
  ["config", "Set:", "yaml", "a: 1"],
  ["config", "Set:", "", "API_KEY=abc\nREGION=us"],
  ["file", "In `config/app.yaml`:", "yaml", "a: 1"],
  ["output", "It prints:", "", "hello"],
  ["output", "The response looks like this:", "json", '{"a":1}'],
  ["output", "On failure:", "", "Traceback (most recent call last):\n  x"],
  ["tree", "Structure:", "bash", "src/\n├── a.ts\n└── b.ts"],
  ["diagram", "Flow:", "", "+---+    +---+\n| A |--->| B |\n+---+    +---+"],
  ["diagram", "Flow:", "text", "Client --> Server --> Store"],
  ["diagram", "Flow:", "mermaid", "graph TD\n A-->B"],
  ["snippet", "It works so:", "python", "x -> y"],
  ["edit", "Change:", "diff", "--- a/core/main.py\n+++ b/core/main.py\n@@ -1 +1 @@\n-a\n+b"],
  ["edit", "Update `core/main.py` to call it:", "python", "start()"],
  ["edit", "In `core/main.py`:", "python", "start()\n# ... existing code ..."],
  ["snippet", "Usage of `core/main.py`:", "python", "start()"],
])("a block is for: %s (%s %s %j)", (kind, before, tag, body) => {
  expect(read(block(before, tag, body)).blocks.map((each) => each.kind)).toEqual([kind]);
});
