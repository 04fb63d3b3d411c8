import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { renewCommand, toJsonSchemas } from "../../src/cli/documents/json-schemas.ts";
import { openCommandLine } from "./command-line.ts";
import { tellAnalysedRun } from "./tell-batches.ts";
import { tellLandedRun } from "./tell-run.ts";

const folder = new URL("../../docs/json/", import.meta.url);
const line = openCommandLine();
const todo = line.setUpRepository("todo");

beforeAll(async () => {
  await using project = await line.openProject(todo);
  await tellLandedRun(project, "landed");
  await tellAnalysedRun(project);
});

afterAll(() => line.close());

test(`the committed schemas are those of the code; if not: ${renewCommand}`, () => {
  const committed = readdirSync(folder).map((name) => [name, readSchema(name)]);

  expect(Object.fromEntries(committed)).toEqual(
    JSON.parse(JSON.stringify(Object.fromEntries(toJsonSchemas()))),
  );
});

test.each([
  ["run", ["automate", "status", "run_landed"]],
  ["report", ["report", "run_landed", "--cost"]],
  ["report", ["report", "run_landed"]],
  ["task", ["task", "show", "LANDED-1"]],
  ["task-list", ["task", "list"]],
  ["doctor", ["doctor"]],
  ["batch-list", ["batch", "status"]],
  ["batch", ["batch", "status", "bat_done"]],
  ["batch", ["batch", "status", "bat_late"]],
  ["batch", ["batch", "status", "bat_refused"]],
  ["batch-results", ["batch", "results", "bat_done"]],
  ["batch-results", ["batch", "results", "run_analysed"]],
])("the document %s is what is printed by %j", async (name, args) => {
  const { document } = await line.runJson(args, { cwd: todo.folder });

  expect(problemsOf("envelope", document)).toBeNull();
  expect(problemsOf(name, document.result)).toBeNull();
});

test.each([
  ["an error that is expected", ["task", "show", "NONE-1"]],
  ["an error of the settings", ["report", "nothing"]],
])("%s comes in the envelope too", async (_, args) => {
  const { document, code } = await line.runJson(args, { cwd: todo.folder });

  expect(code).toBe(2);
  expect(problemsOf("envelope", document)).toBeNull();
});

test("a document with a field that its schema does not know is not one", async () => {
  const { document } = await line.runJson(["automate", "status", "run_landed"], { cwd: todo.folder });

  expect(problemsOf("run", { ...document.result, surprise: true })).toContain("surprise");
  expect(problemsOf("run", { ...document.result, progress: 2 })).toContain("progress");
});

/** What the committed schema, not the code it was made from, says against a value. */
function problemsOf(name: string, value: unknown): string | null {
  const result = z.fromJSONSchema(readSchema(`${name}.schema.json`)).safeParse(value);
  return result.success ? null : z.prettifyError(result.error);
}

function readSchema(name: string): Parameters<typeof z.fromJSONSchema>[0] {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8"));
}
