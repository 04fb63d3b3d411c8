import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testing/git-fixtures.ts";
import { readSource } from "./read-source.ts";

async function readPlan(text: string): Promise<unknown> {
  using folder = temporaryFolder();
  const plan = join(folder.path, "plan.json");
  writeFileSync(plan, text);
  return await readSource({ plan });
}

test.each([
  [
    "a comma too many",
    '{\n  "tasks": [\n    { "id": "a", "title": "A" },\n  ]\n}',
    "line 4, column 3: value expected.",
  ],
  ["a missing end", '{ "tasks": [', "line 1, column 13: close bracket expected."],
  ["a comment", '{ // all\n "tasks": [] }', "line 1, column 3: invalid comment token."],
  ["nothing", "", "line 1, column 1: value expected."],
  ["prose", "Do it.", "line 1, column 1: invalid symbol."],
])("a plan that is no JSON is told by its place: %s", async (_name, text, place) => {
  await expect(readPlan(text)).rejects.toMatchObject({
    code: "plan_invalid",
    message: expect.stringContaining(` is no JSON: ${place}`) as string,
    cure: expect.any(String) as string,
  });
});

const task = { id: "a", title: "A", files: ["a.txt"] };

test("a plan that can be worked on is taken with its text as it is", async () => {
  const text = `\uFEFF${JSON.stringify({ tasks: [task], sizeReason: "It is one." })}`;

  expect(await readPlan(text)).toEqual({ kind: "plan", json: text });
});

test.each<[string, unknown, string]>([
  [
    "of a task",
    { tasks: [{ ...task, depends_on: [] }] },
    "tasks[0].depends_on is unknown: did you mean dependsOn?",
  ],
  [
    "cut short",
    { tasks: [task, { ...task, id: "b", accept: [] }] },
    "tasks[1].accept is unknown: did you mean acceptance?",
  ],
  ["of the plan", { tasks: [task], size: "one" }, "size is unknown: did you mean sizeReason?"],
  ["of nothing known", { tasks: [task], x: 1 }, "x is unknown: it may hold tasks, sizeReason."],
])("a name that no plan has is told with the nearest one: %s", async (_name, plan, told) => {
  await expect(readPlan(JSON.stringify(plan))).rejects.toMatchObject({
    code: "plan_invalid",
    message: expect.stringMatching(/^--plan \S+plan\.json cannot be used\. /u) as string,
    cure: expect.stringMatching(/^Mend it in \S+plan\.json: \{ "tasks"/u) as string,
  });
  await expect(readPlan(JSON.stringify(plan))).rejects.toThrow(told);
});

test.each<[string, unknown, RegExp]>([
  ["is a list", [], /cannot be used\. It must be an object\.$/u],
  ["names no files", { tasks: [{ id: "a", title: "A" }] }, /cannot be used\. Task "a" names no files\.$/u],
])("a plan that %s is told so once, where it is given", async (_name, plan, told) => {
  await expect(readPlan(JSON.stringify(plan))).rejects.toThrow(told);
});

test("hundreds of faults are told as some of them", async () => {
  const tasks = Array.from({ length: 300 }, (_, index) => ({ id: `t${index}`, title: "T" }));

  await expect(readPlan(JSON.stringify({ tasks }))).rejects.toThrow(
    /"t19" names no files\. … and 280 more\.$/u,
  );
});

test.each([
  ["a folder", ".", "it is a folder"],
  ["no file", "no-such-plan.json", "there is no such file"],
  ["without an end", "/dev/zero", "it holds more than 10 MB"],
])("what is given with --plan is %s: told, with the cure", async (_name, plan, why) => {
  await expect(readSource({ plan })).rejects.toMatchObject({
    code: "usage",
    message: `--plan ${plan} cannot be read: ${why}.`,
    cure: expect.any(String) as string,
  });
});
