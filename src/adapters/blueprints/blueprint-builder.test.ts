import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeId } from "../../domain/ids.ts";
import { isInScope } from "../../domain/path-policy.ts";
import type { BuilderChoice } from "../../domain/task.ts";
import type { BuildOutcome } from "../../ports/builder.ts";
import { sampleFacts, sampleRun, sampleSha, sampleTask } from "../../testing/samples.ts";
import { writeFiles } from "../edits/write-files.ts";
import { BlueprintBuilder } from "./blueprint-builder.ts";
import { BlueprintPlanner } from "./blueprint-planner.ts";
import { readBlueprints } from "./read-blueprints.ts";

const execFileAsync = promisify(execFile);
const blueprints = await readBlueprints("blueprints");
const never = new AbortController().signal;

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aas-build-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(path: string, text: string): void {
  mkdirSync(join(folder, dirname(path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function files(): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return paths.map((path) => path.slice(folder.length + 1)).toSorted();
}

async function build(builder: BuilderChoice): Promise<BuildOutcome> {
  const order = {
    run: sampleRun(),
    task: sampleTask({ builder }),
    attemptId: makeId("att", "1"),
    baseSha: sampleSha(),
    worktree: folder,
    analysis: null,
    plan: null,
    lastFailure: null,
    landedMeanwhile: [],
  };
  return new BlueprintBuilder({ blueprints, writeFiles }).build(order, never);
}

/** Code of the way from a goal to files; answers the task. */
async function buildGoal(goal: string): Promise<{
  readonly files: readonly string[];
  readonly acceptance: readonly (readonly string[])[];
}> {
  const facts = sampleFacts({ files: files() });
  const planner = new BlueprintPlanner(blueprints);
  const outcome = await planner.plan({
    run: sampleRun(),
    goal,
    details: "",
    facts,
    factTokens: 0,
    series: 0,
    complaints: [],
  });
  const [task] = outcome.kind === "planned" ? outcome.plan.tasks : [];
  if (task === undefined) throw new Error(JSON.stringify(outcome));
  expect(await build(task.builder)).toMatchObject({ kind: "built" });
  return task;
}

/** The exit codes of the commands, run as the sandbox runs them: in the folder, with nothing installed. */
async function run(commands: readonly (readonly string[])[]): Promise<readonly (number | string)[]> {
  const env = { PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`, HOME: folder };
  const codes: (number | string)[] = [];
  for (const [program = "", ...args] of commands) {
    const ended = await execFileAsync(program, args, { cwd: folder, env, timeout: 20_000 }).then(
      () => 0,
      (error: unknown) => String(error).slice(0, 2000),
    );
    codes.push(ended);
  }
  return codes;
}

describe.each(["python", "typescript"])("the %s plugin", (language) => {
  test("passes its own acceptance in an empty repository, and the acceptance fails without it", async () => {
    const task = await buildGoal(`Create a ${language} plugin named WeatherStation2 for reading 3 sensors`);

    expect(await run(task.acceptance)).toEqual([0, 0]);
    expect(files().filter((path) => !path.includes("__pycache__") && !isInScope(path, task.files))).toEqual(
      [],
    );
    for (const path of readdirSync(folder)) rmSync(join(folder, path), { recursive: true });
    expect((await run(task.acceptance)).filter((code) => code === 0)).toEqual([]);
  });

  test("fails its acceptance when it is broken", async () => {
    const task = await buildGoal(`Create a hello world plugin in ${language}`);
    const broken = files().find((path) => /plugin\.(?:py|ts)$/u.test(path) && path.startsWith("plugins"));
    put(String(broken), readFileSync(join(folder, String(broken)), "utf8").replaceAll(" greeted ", " met "));

    expect((await run(task.acceptance))[0]).not.toBe(0);
  });

  test("stands beside what is there without changing it", async () => {
    put("plugins/old/old.py", "old = 1\n");
    put("plugins/__init__.py", "# ours\n");
    put("tests/helper.py", "# no package, on purpose\n");
    put("package.json", '{"type":"module"}\n');

    const task = await buildGoal(`Create a hello world plugin in ${language}`);

    expect(await run(task.acceptance)).toEqual([0, 0]);
    expect(readFileSync(join(folder, "plugins/__init__.py"), "utf8")).toBe("# ours\n");
    expect(existsSync(join(folder, "tests/__init__.py"))).toBe(false);
  });
});

test("the Python plugin has the files that people expect", async () => {
  await buildGoal("Create a hello world plugin");

  expect(files()).toEqual([
    "plugins/__init__.py",
    "plugins/hello_world/__init__.py",
    "plugins/hello_world/config.py",
    "plugins/hello_world/hello_world_plugin.py",
    "tests/__init__.py",
    "tests/test_hello_world_plugin.py",
  ]);
  expect(readFileSync(join(folder, "plugins/hello_world/hello_world_plugin.py"), "utf8")).toMatch(
    /^"""hello_world: a plugin that greets whoever it is told of\."""\n\nfrom __future__/u,
  );
});

test("what it built it says, as a claim", async () => {
  const outcome = await build({ kind: "blueprint", name: "ts-plugin", variables: { name: "x" } });

  expect(outcome).toEqual({
    kind: "built",
    claims: {
      blueprint: "ts-plugin",
      version: "1.0.0",
      files: ["plugins/x/index.ts", "plugins/x/config.ts", "plugins/x/plugin.ts", "tests/x_plugin_test.ts"],
    },
  });
});

describe("nothing is written when", () => {
  test.each<[string, BuilderChoice, string]>([
    ["the task wants a model", { kind: "model" }, "asks for the builder model"],
    [
      "there is no such blueprint",
      { kind: "blueprint", name: "nope", variables: {} },
      "there are python-plugin, ts-plugin",
    ],
    ["a variable is missing", { kind: "blueprint", name: "ts-plugin", variables: {} }, "name is missing"],
    [
      "a variable is hostile",
      { kind: "blueprint", name: "ts-plugin", variables: { name: "../../x" } },
      'name cannot be "../../x"',
    ],
    [
      "a file is there already",
      { kind: "blueprint", name: "ts-plugin", variables: { name: "taken" } },
      "tests/taken_plugin_test.ts exists already.",
    ],
  ])("%s", async (_, choice, complaint) => {
    put("tests/taken_plugin_test.ts", "mine\n");

    expect(await build(choice)).toEqual({
      kind: "failed",
      summary: "the blueprint could not be applied",
      details: [expect.stringContaining(complaint)],
    });
    expect(files()).toEqual(["tests/taken_plugin_test.ts"]);
  });
});
