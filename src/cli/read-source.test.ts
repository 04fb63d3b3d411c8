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

test("JSON that is no plan is left to who takes it, with its text as it is", async () => {
  expect(await readPlan('{ "jobs": [] }')).toEqual({ kind: "plan", json: '{ "jobs": [] }' });
});
