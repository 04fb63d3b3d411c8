import { expect, test } from "vitest";
import { lintPlan } from "./plan-lint.ts";

test("a plan of one task is told as one", () => {
  const task = {
    id: "a",
    title: "A",
    description: "",
    priority: "medium",
    type: "feature",
    dependsOn: [],
    files: ["a.txt"],
    acceptance: [["test", "-s", "a.txt"]],
    builder: { kind: "model" },
  } as const;

  expect(lintPlan({ tasks: [task], sizeReason: null })).toMatchObject({
    warnings: ["The plan has 1 task where five to ten are usual, and does not say why."],
  });
});
