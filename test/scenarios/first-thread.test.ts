import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Edits } from "../../src/ports/edits.ts";
import { openScenario } from "../../src/testing/scenario.ts";
import { scriptedModel } from "../../src/testing/scripted-model.ts";

const files = {
  "package.json": '{ "type": "module" }\n',
  "add.js": "export function add(a, b) {\n  return a - b;\n}\n",
  "add.test.js":
    'import test from "node:test";\nimport assert from "node:assert/strict";\nimport { add } from "./add.js";\ntest("zero is neutral", () => assert.equal(add(3, 0), 3));\n',
};

const plan = JSON.stringify({
  tasks: [{ id: "a", title: "Add really adds", files: ["add.js"], acceptance: [["node", "--test"]] }],
  sizeReason: "one line",
});

test("a goal of one task becomes one tested commit on the base branch", async () => {
  const model = scriptedModel((request) => (request.purpose === "decompose" ? plan : "unused"));
  const edits: Edits = {
    apply: async (_answer, folder) => {
      writeFileSync(join(folder, "add.js"), "export function add(a, b) {\n  return a + b;\n}\n");
      return { kind: "applied", files: ["add.js"] };
    },
  };
  await using scenario = await openScenario({ files, model, edits });
  const before = scenario.repository.head();

  const run = await scenario.start("Make add add");
  const settled = await scenario.settle(run.id);

  expect(settled.error).toBeNull();
  expect(settled.state).toEqual({ status: "completed", outcome: "full" });
  const landed = await scenario.deps.git.resolve("refs/heads/main");
  expect(landed === null ? [] : await scenario.deps.git.parentsOf(landed)).toEqual([before]);
  expect(scenario.repository.head()).toBe(before);
});
