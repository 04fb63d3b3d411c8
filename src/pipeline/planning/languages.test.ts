import { expect, test } from "vitest";
import { languagesOf } from "./languages.ts";

test("languages are weighed by their bytes, the heaviest first", () => {
  const files = [
    { path: "README.md", size: 100 },
    { path: "src/a.ts", size: 500 },
    { path: "src/view.TSX", size: 300 },
    { path: "tools/build.py", size: 100 },
    { path: "tools/empty.go", size: 0 },
  ];

  expect(languagesOf(files)).toEqual([
    { name: "TypeScript", percent: 80 },
    { name: "Markdown", percent: 10 },
    { name: "Python", percent: 10 },
    { name: "Go", percent: 0 },
  ]);
});

test("what nobody wrote here, hidden files and unknown endings say nothing", () => {
  const files = [
    "node_modules/a/index.js",
    "web/vendor/b.php",
    ".py",
    "Makefile",
    "a.constructor",
    "logo.png",
  ];

  expect(languagesOf(files.map((path) => ({ path, size: 9 })))).toEqual([]);
});
