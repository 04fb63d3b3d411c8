import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRepository } from "../../src/testing/git-fixtures.ts";
import { type CommandLine, openCommandLine } from "./command-line.ts";

/** `aas init --model`: the one setting that nobody can detect. */
let machine: CommandLine;

beforeAll(() => {
  machine = openCommandLine();
});
afterAll(async () => machine.close());

const ourKey = { OPENAI_API_KEY: crypto.randomUUID() };

let repositories = 0;

function fresh(): string {
  repositories += 1;
  return createRepository(join(machine.folder, `fresh${repositories}`), { files: { a: "1\n" } }).folder;
}

test("a model that is named stands in the settings, its key does not", async () => {
  const cwd = fresh();

  const { code } = await machine.run(["init", "--yes", "--model", "openai:gpt-5-mini"], { cwd, env: ourKey });
  const shown = await machine.runJson(["config", "show"], { cwd });

  expect([code, shown.stdout.includes(ourKey.OPENAI_API_KEY)]).toEqual([0, false]);
  expect(JSON.stringify(shown.document.result)).toContain('"name":"gpt-5-mini"');
});

test("what would stop the first run is said: a key that is not set, a price that nobody knows", async () => {
  const args = ["init", "--dry-run", "--model"];
  const { stderr } = await machine.run([...args, "openai:nobody-knows-it"], { cwd: fresh() });
  const known = await machine.run([...args, "openai:gpt-5-mini"], { cwd: fresh(), env: ourKey });

  expect(stderr).toContain("warning: OPENAI_API_KEY is not set");
  expect(stderr).toContain("warning: Nobody here knows what nobody-knows-it costs");
  expect(known.stderr).not.toContain("warning:");
});

test("without one, the key that is set leads to it", async () => {
  const { stderr } = await machine.run(["init", "--dry-run"], { cwd: fresh(), env: ourKey });

  expect(stderr).toContain("OPENAI_API_KEY is set: aas init --model openai:<name>");
});

test("settings that are there already are left to their owner, who is told the line", async () => {
  const { folder: cwd } = machine.setUpRepository("taken");

  const { code, document } = await machine.runJson(["init", "--yes", "--model", "gemini:gemini-2.5-pro"], {
    cwd,
  });

  expect([code, document.error?.code]).toEqual([9, "conflict"]);
  expect(document.error?.fix).toContain('"model": {"provider":"gemini","name":"gemini-2.5-pro"}');
});

test("a model that is none is refused before anything is looked at", async () => {
  const { code, document } = await machine.runJson(["init", "--model", "gpt"], { cwd: machine.folder });

  expect([code, document.error?.code]).toEqual([2, "usage"]);
});
