import fc from "fast-check";
import { expect, test } from "vitest";
import { summarizeTree } from "./summarize-tree.ts";

const paths = [
  "package.json",
  "src/main/java/app/A.java",
  "src/main/java/app/B.java",
  "src/main/java/app/deep/C.java",
  "test/A.test.ts",
];

test("what has room is shown file by file", () => {
  expect(summarizeTree(paths, 1_000)).toEqual({ lines: paths, counted: 0 });
});

test("a folder that has none is shown with the number of its files, through folders that hold only one", () => {
  expect(summarizeTree(paths, 70)).toEqual({
    lines: ["package.json", "src/main/java/app/ (3 files)", "test/A.test.ts"],
    counted: 3,
  });
});

test("a root that has none is cut, and that is said", () => {
  const flat = [...Array(100).keys()].map((index) => `file${String(index).padStart(2, "0")}.ts`);

  expect(summarizeTree(flat, 70)).toEqual({
    lines: ["file00.ts", "file01.ts", "file02.ts", "… and 97 more files"],
    counted: 97,
  });
  expect(summarizeTree(flat, 0)).toEqual({ lines: ["… and 100 more files"], counted: 100 });
});

test("folders near the root are opened before those below, however many files come after the four hundredth", () => {
  const many = [...Array(5_000).keys()].map((index) => `a/part${index % 50}/file${index}.ts`);

  const { lines } = summarizeTree([...many, "zebra/last.ts"], 3_000);

  expect(lines).toContain("zebra/last.ts");
  expect(lines).toContain("a/part7/ (100 files)");
});

const anyPath = fc.array(fc.constantFrom("a", "b", "src", "x.ts", "y.ts"), { minLength: 1, maxLength: 5 });
const anyTree = fc.uniqueArray(
  anyPath.map((parts) => [...parts, "z"].join("/")),
  { maxLength: 40 },
);

test("it stays within its room, and every file is shown or counted", () => {
  fc.assert(
    fc.property(anyTree, fc.integer({ min: 60, max: 600 }), (tree, room) => {
      const { lines, counted } = summarizeTree(tree, room);
      const named = lines.filter((line) => tree.includes(line));
      const sums = lines.map((line) =>
        Number(/(?<count>\d+) (?:more )?files?\)?$/u.exec(line)?.groups?.["count"] ?? 0),
      );

      expect(lines.join("\n").length).toBeLessThanOrEqual(room);
      expect(sums.reduce((sum, each) => sum + each, 0)).toBe(counted);
      expect(named.length + counted).toBe(tree.length);
    }),
    { numRuns: 300 },
  );
});
