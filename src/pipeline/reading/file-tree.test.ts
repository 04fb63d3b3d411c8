import { expect, test } from "vitest";
import { isFileTree, readFileTree } from "./file-tree.ts";

const lined = [
  "app/",
  "├── src/",
  "│   ├── main.py  # entry",
  "│   └── parts/",
  "│       └── one.py",
  "├── Dockerfile",
  "└── README.md",
];
const ascii = [
  "app",
  "|-- src",
  "|   |-- main.py",
  "|   `-- parts",
  "|       `-- one.py",
  "|-- Dockerfile",
  "`-- README.md",
];
const indented = [
  "/app",
  "  /src",
  "    main.py",
  "    /parts",
  "      one.py",
  "  Dockerfile",
  "  README.md",
];
const slashes = [
  "./app/",
  "  src/",
  "    main.py (entry)",
  "    parts/",
  "      one.py",
  "  Dockerfile",
  "  README.md",
  "  ...",
];

test.each<[string, readonly string[]]>([
  ["app/", lined],
  ["app", ascii],
  ["/app", indented],
  ["./app/", slashes],
])("the tree that begins with %s is read", (root, lines) => {
  expect(isFileTree(lines)).toBe(true);
  expect(readFileTree(lines)).toEqual({
    root,
    files: ["src/main.py", "src/parts/one.py", "Dockerfile", "README.md"],
  });
});

test("several folders beside each other have no root", () => {
  expect(readFileTree(["src/", "  a.ts", "test/", "  a.test.ts"])).toEqual({
    root: null,
    files: ["src/a.ts", "test/a.test.ts"],
  });
});

test.each([
  [["+-----+", "| App |", "+-----+"]],
  [["def main():", "    return 1"]],
  [["npm install", "npm test"]],
  [["a: 1", "b: 2"]],
  [["one line"]],
  [[]],
])("%j is no tree", (lines) => {
  expect(isFileTree(lines)).toBe(false);
});
