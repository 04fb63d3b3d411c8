import { expect, test } from "vitest";
import { conventionFiles } from "./convention-files.ts";

test("one file of each sort, the most telling first, at the root rather than below", () => {
  const paths = [
    "README.md",
    "docs/README.md",
    "docs/CONTRIBUTING.md",
    ".github/CONTRIBUTING.md",
    "src/AGENTS.md",
    ".editorconfig",
    "docs/style.md",
    "agents.md",
  ];

  expect(conventionFiles(paths)).toEqual([
    "agents.md",
    "docs/CONTRIBUTING.md",
    "docs/style.md",
    ".editorconfig",
    "README.md",
  ]);
});

test("a repository without any has none", () => {
  expect(conventionFiles(["src/a.ts", "NOREADME.md", "README.md.bak"])).toEqual([]);
});
