import { expect, test } from "vitest";
import { sampleParsedAnalysis, sampleRun, sampleTask } from "../testing/samples.ts";
import type { PlanRequest } from "../ports/planner.ts";
import { analysisRequest, type BuildPromptParts, buildRequest, planRequest } from "./prompts.ts";

function planAsked(overrides: Partial<PlanRequest> = {}): PlanRequest {
  return {
    run: sampleRun(),
    goal: "Add due dates to todos",
    facts: { files: [], languages: [], checks: [], openTasks: [] },
    complaints: [],
    ...overrides,
  };
}

function buildAsked(overrides: Partial<BuildPromptParts> = {}): BuildPromptParts {
  return {
    goal: "Add due dates to todos",
    task: sampleTask(),
    analysis: null,
    files: new Map(),
    lastFailure: null,
    landedMeanwhile: [],
    ...overrides,
  };
}

test("the planner is shown the goal and the facts of the repository", () => {
  const facts = {
    files: ["src/todo.ts", "package.json"],
    languages: ["TypeScript"],
    checks: ["npm test"],
    openTasks: ["AAS-7 Sort todos"],
  };

  const { prompt, ...rest } = planRequest(planAsked({ facts }));

  expect(prompt).toBe(
    [
      "## Goal\nAdd due dates to todos",
      "## Files of the repository\nsrc/todo.ts\npackage.json",
      "## Languages\nTypeScript",
      "## Checks that must pass\nnpm test",
      "## Open tasks\nAAS-7 Sort todos",
      "",
    ].join("\n\n"),
  );
  expect(rest).toEqual({ purpose: "decompose", system: rest.system, schema: null, maxOutputTokens: 8_000 });
});

test("what is empty is not mentioned, and a complaint is passed on word for word", () => {
  const complaints = ['Task "a" names no files.', "The plan has no tasks."];

  expect(planRequest(planAsked({ complaints })).prompt).toBe(
    `## Goal\nAdd due dates to todos\n\n## Your last answer could not be used\n${complaints.join("\n")}\n\n`,
  );
});

test("an analysis is asked about one task", () => {
  const { purpose, prompt } = analysisRequest("Add due dates to todos", sampleTask());

  expect([purpose, prompt]).toEqual([
    "analyse",
    [
      "## Goal\nAdd due dates to todos",
      "## Task\nStore due dates",
      "## Description\nA todo has an optional due date.",
      "## Files you may write\nsrc/todo.ts",
      "## Done when these pass\nnpm test",
      "",
    ].join("\n\n"),
  ]);
});

test("a builder is told everything that an earlier attempt, others and a person have to say", () => {
  const analysis = sampleParsedAnalysis({ steps: ["Add it", "Show it"] });
  const parts = buildAsked({
    task: sampleTask({
      hint: "Keep the old format readable.",
      acceptance: [
        ["npm", "test"],
        ["npm", "run", "lint"],
      ],
    }),
    analysis,
    files: new Map([
      ["src/todo.ts", "export interface Todo {}\n"],
      ["src/list.ts", "export {};\n"],
    ]),
    lastFailure: {
      kind: "checks",
      summary: "one test fails",
      details: ["adds: expected 3", "shows: got null"],
    },
    landedMeanwhile: ["feat: sort todos"],
  });

  const { purpose, prompt, maxOutputTokens } = buildRequest(parts);

  expect({ purpose, maxOutputTokens }).toEqual({ purpose: "build", maxOutputTokens: 16_000 });
  expect(prompt).toBe(
    [
      "## Goal\nAdd due dates to todos",
      "## Task\nStore due dates",
      "## Description\nA todo has an optional due date.",
      "## Files you may write\nsrc/todo.ts",
      "## Done when these pass\nnpm test\nnpm run lint",
      "## Steps\nAdd it\nShow it",
      "## Files as they are\n--- src/todo.ts\nexport interface Todo {}\n\n--- src/list.ts\nexport {};",
      "## The last attempt failed\none test fails\nadds: expected 3\nshows: got null",
      "## Landed since then\nfeat: sort todos",
      "## A person says\nKeep the old format readable.",
      "",
    ].join("\n\n"),
  );
});

test("a first attempt is told nothing of attempts, analysis or people", () => {
  const { prompt } = buildRequest(buildAsked());

  expect(prompt.match(/^## .*$/gmu)).toEqual([
    "## Goal",
    "## Task",
    "## Description",
    "## Files you may write",
    "## Done when these pass",
  ]);
});

test("a request is made of what it is about: ids, dates and versions of a task do not change it", () => {
  const task = sampleTask();
  const again = sampleTask({ version: 9, createdAt: new Date(0), updatedAt: new Date(1), round: 4 });

  expect(buildRequest(buildAsked({ task: again }))).toEqual(buildRequest(buildAsked({ task })));
  expect(analysisRequest("a", again)).toEqual(analysisRequest("a", task));
  expect(planRequest(planAsked({ run: sampleRun({ version: 9, createdAt: new Date(0) }) }))).toEqual(
    planRequest(planAsked()),
  );
});
