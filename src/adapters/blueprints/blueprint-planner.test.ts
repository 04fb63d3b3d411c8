import { describe, expect, test } from "vitest";
import { lintPlan } from "../../domain/planning/plan-lint.ts";
import type { PlanOutcome } from "../../ports/planner.ts";
import type { RepositoryFacts } from "../../ports/repository-facts.ts";
import { sampleFacts, sampleRun } from "../../testing/samples.ts";
import { BlueprintPlanner } from "./blueprint-planner.ts";
import { readBlueprints } from "./read-blueprints.ts";

const planner = new BlueprintPlanner(await readBlueprints("blueprints"));

async function plan(goal: string, facts: Partial<RepositoryFacts> = {}): Promise<PlanOutcome> {
  const run = sampleRun({ goal });
  const asked = { factTokens: 0, series: 0, complaints: [] };
  return planner.plan({ run, goal, details: "", facts: sampleFacts(facts), ...asked });
}

async function builderOf(goal: string, languages: readonly string[]): Promise<unknown> {
  const outcome = await plan(goal, { languages: languages.map((name) => ({ name, percent: 50 })) });
  return outcome.kind === "planned" ? outcome.plan.tasks[0]?.builder : outcome;
}

test("a goal becomes one task with its files, its proof and its variables", async () => {
  const outcome = await plan("Create a hello world plugin");

  expect(outcome).toEqual({
    kind: "planned",
    plan: {
      sizeReason: "A blueprint makes its files in one task.",
      tasks: [
        {
          id: "plugin",
          title: "Add the hello_world plugin in Python",
          description:
            "A Python plugin with a configuration that is checked, logging, named errors and tests. Made from the blueprint python-plugin 1.0.0.",
          priority: "medium",
          type: "feature",
          dependsOn: [],
          files: [
            "plugins/hello_world/",
            "plugins/__init__.py",
            "tests/__init__.py",
            "tests/test_hello_world_plugin.py",
          ],
          acceptance: [
            ["python3", "-m", "unittest", "tests.test_hello_world_plugin"],
            [
              "python3",
              "-c",
              "from plugins.hello_world import create_plugin; assert create_plugin().run('World') == 'Hello, World!'",
            ],
          ],
          builder: {
            kind: "blueprint",
            name: "python-plugin",
            variables: { name: "hello_world", purpose: "that greets whoever it is told of" },
          },
        },
      ],
    },
    repairs: [],
  });
  expect(outcome.kind === "planned" && lintPlan(outcome.plan)).toMatchObject({
    kind: "accepted",
    repairs: [],
    warnings: [],
  });
});

describe("the language", () => {
  test.each([
    ["a hello world plugin", [], "python-plugin"],
    ["a hello world plugin", ["Markdown"], "python-plugin"],
    ["a hello world plugin", ["JavaScript", "Markdown", "Python"], "ts-plugin"],
    ["a hello world plugin", ["Python", "JavaScript"], "python-plugin"],
    ["a hello world plugin", ["Python", "TypeScript"], "python-plugin"],
    ["a hello world plugin", ["Markdown", "TypeScript"], "ts-plugin"],
    ["a python hello world plugin", ["TypeScript"], "python-plugin"],
    ["a hello world plugin in TypeScript", ["Python"], "ts-plugin"],
  ])("of %s in a repository of %j is that of %s", async (goal, languages, name) => {
    expect(await builderOf(goal, languages)).toMatchObject({ kind: "blueprint", name });
  });
});

test("what a plugin is for goes into its words, not into its promises", async () => {
  const goal = 'make a plugin called mailer that sends "reports"; """ + exit() # {{ name }}';

  const outcome = await plan(goal.replace(";", ""));

  const [task] = outcome.kind === "planned" ? outcome.plan.tasks : [];
  expect(task?.builder).toMatchObject({ variables: { purpose: "that sends reports exit() name" } });
  expect(task?.description).toContain("the behaviour itself is left to be written");
});

describe("a name that is taken", () => {
  test.each([
    [["plugins/weather/readme.md"], "plugins/weather/"],
    [["tests/test_weather_plugin.py"], "tests/test_weather_plugin.py"],
  ])("by %j is refused with the cure", async (files, taken) => {
    expect(await plan("Create a weather plugin", { files })).toEqual({
      kind: "not_served",
      reason: `The name weather is taken: ${taken} exists.`,
      cure: `Give it another name ("Create a plugin named weather_2"), or remove ${taken} first.`,
    });
  });

  test("is not one that only begins alike", async () => {
    const files = ["plugins/weather_station/a.py", "plugins/__init__.py", "tests/__init__.py"];

    expect((await plan("Create a weather plugin", { files })).kind).toBe("planned");
  });
});

describe("a refusal", () => {
  test.each([
    ["Fix the login bug", "Without a model only goals like", '"model": { "provider"'],
    ["Create a plugin", "does not name the plugin", 'Name it: "Create a plugin named weather_station".'],
    ["Create a Rust plugin", "No blueprint writes rust; they write Python and TypeScript.", '"model"'],
    ["Create a plugin named class", '"class" is a reserved word.', "Create a plugin named class_tool"],
    ["Create a plugin named ../x", '"../x" is a path, not a name.', "Create a plugin named x"],
  ])("of %j says why and what to do, before and while planning", async (goal, reason, cure) => {
    const refusal = planner.refusalOf(goal);

    expect(refusal).toEqual({
      reason: expect.stringContaining(reason) as string,
      cure: expect.stringContaining(cure) as string,
    });
    expect(await plan(goal)).toEqual({ kind: "not_served", ...refusal });
  });

  test("is not given to what is served", () => {
    expect(planner.refusalOf("Create a hello world plugin")).toBeNull();
  });
});
