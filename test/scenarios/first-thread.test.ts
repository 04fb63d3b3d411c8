import { expect, test } from "vitest";
import { nodeTestCheck } from "../../src/testing/samples.ts";
import { openScenario } from "../../src/testing/scenario.ts";
import { playing, writing } from "../../src/testing/scripted-model.ts";
import { headOf } from "./support/looking.ts";

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

const mended = writing({ "add.js": "export function add(a, b) {\n  return a + b;\n}\n" });

test("a goal of one task becomes one tested commit on the base branch", async () => {
  const model = playing({ plans: [plan], builds: { "Add really adds": [mended] } });
  await using scenario = await openScenario({ files, model, policy: { checks: [nodeTestCheck()] } });
  const before = scenario.repository.head();

  const run = await scenario.start("Make add add");
  const settled = await scenario.settle(run.id);

  expect(settled.error).toBeNull();
  expect(settled.state).toEqual({ status: "completed", outcome: "full" });
  expect(await scenario.deps.git.parentsOf(await headOf(scenario))).toEqual([before]);
  expect(scenario.repository.head()).toBe(before);
});
