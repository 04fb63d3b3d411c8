import { expect, test } from "vitest";
import { readPrompts } from "../../app/read-prompts.ts";
import { sampleParsedAnalysis } from "../../testing/batch-samples.ts";
import { sampleFacts, sampleRun, sampleTask } from "../../testing/samples.ts";
import type { PlanRequest } from "../../ports/planner.ts";
import { planSchema } from "./answer-schemas.ts";
import { analysisRequest, type BuildPromptParts, buildRequest, planRequest } from "./requests.ts";

const prompts = await readPrompts();

function planAsked(overrides: Partial<PlanRequest> = {}): PlanRequest {
  return {
    run: sampleRun(),
    goal: "Add due dates to todos",
    details: "",
    facts: sampleFacts(),
    factTokens: 6_000,
    series: 0,
    complaints: [],
    ...overrides,
  };
}

function buildAsked(overrides: Partial<BuildPromptParts> = {}): BuildPromptParts {
  return {
    goal: "Add due dates to todos",
    task: sampleTask(),
    analysis: null,
    plan: null,
    files: new Map(),
    lastFailure: null,
    landedMeanwhile: [],
    ...overrides,
  };
}

test("the planner is shown the goal and the facts of the repository", () => {
  const facts = sampleFacts({
    files: ["package.json", "src/todo.ts"],
    languages: [
      { name: "TypeScript", percent: 90 },
      { name: "CSS", percent: 10 },
    ],
    checks: ["npm test"],
    conventions: [{ path: "AGENTS.md", text: "No default exports." }],
    openTasks: ["AAS-7 Sort todos"],
    recentCommits: ["feat: due dates", "first"],
  });

  const { prompt, ...rest } = planRequest(prompts, planAsked({ facts }));

  expect(prompt).toBe(
    [
      "## Goal\nAdd due dates to todos",
      "## Checks that must pass\nnpm test",
      "## Languages\nTypeScript 90 %, CSS 10 %",
      "## Files of the repository\npackage.json\nsrc/todo.ts",
      "## Conventions of the repository\n--- AGENTS.md\nNo default exports.",
      "## Open tasks\nAAS-7 Sort todos",
      "## Recent commits\nfeat: due dates\nfirst",
      "",
    ].join("\n\n"),
  );
  expect(rest).toEqual({
    purpose: "decompose",
    promptVersion: prompts.plan.version,
    system: prompts.plan.system,
    schema: planSchema,
    maxOutputTokens: 8_000,
  });
});

test("another repository makes another prompt, and so does another fact of the same one", () => {
  const facts = sampleFacts({ files: ["src/a.ts"] });
  const others = [
    sampleFacts({ files: ["src/b.ts"] }),
    sampleFacts({ files: ["src/a.ts"], languages: [{ name: "TypeScript", percent: 100 }] }),
    sampleFacts({ files: ["src/a.ts"], checks: ["make test"] }),
    sampleFacts({ files: ["src/a.ts"], conventions: [{ path: "AGENTS.md", text: "Be brief." }] }),
    sampleFacts({ files: ["src/a.ts"], openTasks: ["AAS-7 Sort todos"] }),
    sampleFacts({ files: ["src/a.ts"], recentCommits: ["first"] }),
  ];

  const asked = [facts, ...others].map((each) => planRequest(prompts, planAsked({ facts: each })).prompt);

  expect(new Set(asked).size).toBe(asked.length);
});

test("a shorter prompt keeps the goal and the complaint whole, and says what it left out", () => {
  const facts = sampleFacts({
    files: [...Array(900).keys()].map((index) => `src/part${index % 30}/file${index}.ts`),
    conventions: [{ path: "README.md", text: "A line of words.\n".repeat(400) }],
  });
  const goal = "Add due dates to todos";
  const complaints = ["The plan has no tasks."];

  const usual = planRequest(prompts, planAsked({ goal, facts })).prompt;
  const short = planRequest(prompts, planAsked({ goal, facts, factTokens: 1_500, complaints })).prompt;

  expect(short.length).toBeLessThan(usual.length / 2);
  expect(short).toContain(`## Goal\n${goal}`);
  expect(short).toContain(`## Your last answer could not be used\n${complaints.join("")}`);
  expect(short).toMatch(/^the names of \d+ of 900 files, which stand as a number$/mu);
  expect(short).toContain("all or the end of README.md");
});

test("what is empty is not mentioned, and a complaint is passed on word for word", () => {
  const complaints = ['Task "a" names no files.', "The plan has no tasks."];

  expect(planRequest(prompts, planAsked({ complaints })).prompt).toBe(
    `## Goal\nAdd due dates to todos\n\n## Your last answer could not be used\n${complaints.join("\n")}\n\n`,
  );
});

test("an analysis is asked about one task", () => {
  const { purpose, prompt } = analysisRequest(prompts, "Add due dates to todos", sampleTask());

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

  const { purpose, prompt, maxOutputTokens } = buildRequest(prompts, parts);

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
  const { prompt } = buildRequest(prompts, buildAsked());

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

  expect(buildRequest(prompts, buildAsked({ task: again }))).toEqual(
    buildRequest(prompts, buildAsked({ task })),
  );
  expect(analysisRequest(prompts, "a", again)).toEqual(analysisRequest(prompts, "a", task));
  expect(planRequest(prompts, planAsked({ run: sampleRun({ version: 9, createdAt: new Date(0) }) }))).toEqual(
    planRequest(prompts, planAsked()),
  );
});
