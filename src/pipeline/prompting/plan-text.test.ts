import { expect, test } from "vitest";
import { readPlan } from "../reading/read-plan.ts";
import { planText } from "./plan-text.ts";

test("a plan that is too long for a prompt ends with a whole line", () => {
  const phases = Array.from({ length: 90 }, (_, index) => ({
    title: `Phase ${index}`,
    steps: ["x".repeat(80)],
  }));
  const plan = readPlan({ text: JSON.stringify({ phases }), finish: "stop" }, []);

  const lines = planText(plan).split("\n");

  expect(lines.at(-1)).toBe("…");
  expect(lines.slice(0, -1).every((line) => /^(?:Phase \d+|- x{80})$/u.test(line))).toBe(true);
  expect(lines.join("\n").length).toBeLessThan(4_010);
});

test("files, settings and tests stand in it; a file that may be one of several is a sentence and no path", () => {
  const plan = readPlan(
    {
      text: JSON.stringify({
        phases: [
          {
            title: "Build",
            files: [
              { path: "src/new.ts", kind: "create" },
              { path: "todo.ts", kind: "change" },
              { path: "src/how.ts", kind: "example" },
            ],
          },
        ],
        config: [{ name: "todo.limit", description: "most todos" }],
        tests: ["src/new.test.ts"],
      }),
      finish: "stop",
    },
    ["src/todo.ts", "lib/todo.ts"],
  );

  expect(planText(plan).split("\n")).toEqual([
    "Build",
    "create src/new.ts",
    "setting todo.limit (string): most todos",
    "test: src/new.test.ts",
    "todo.ts may be more than one file: src/todo.ts, lib/todo.ts. Name the whole path.",
  ]);
});
