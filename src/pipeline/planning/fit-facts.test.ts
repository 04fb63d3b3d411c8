import fc from "fast-check";
import { expect, test } from "vitest";
import type { RepositoryFacts } from "../../ports/repository-facts.ts";
import { sampleFacts } from "../../testing/samples.ts";
import { fitFacts } from "./fit-facts.ts";

test("what has room is shown whole, and nothing is said to be missing", () => {
  const facts = sampleFacts({
    files: ["src/a.ts"],
    languages: [{ name: "TypeScript", percent: 100 }],
    checks: ["npm test", "npm run lint"],
    conventions: [
      { path: "AGENTS.md", text: "Be brief." },
      { path: "README.md", text: "# Todo" },
    ],
    openTasks: ["AAS-1 One"],
    recentCommits: ["second", "first"],
  });

  expect(fitFacts(facts, 1_000)).toEqual({
    checks: "npm test\nnpm run lint",
    languages: "TypeScript 100 %",
    files: "src/a.ts",
    conventions: "--- AGENTS.md\nBe brief.\n\n--- README.md\n# Todo",
    openTasks: "AAS-1 One",
    recentCommits: "second\nfirst",
    leftOut: "",
  });
});

test("what has none is named, part by part, and a text is cut at the end of a line", () => {
  const facts = sampleFacts({
    files: [...Array(200).keys()].map((index) => `src/file${index}.ts`),
    conventions: [
      {
        path: "AGENTS.md",
        text: "Twelve words of advice stand in every single line of it, always.\n".repeat(40),
      },
      { path: "README.md", text: "# Todo" },
    ],
    openTasks: [...Array(50).keys()].map((index) => `AAS-${index} Task ${index}`),
    recentCommits: [...Array(30).keys()].map((index) => `feat: number ${index}`),
  });

  const fitted = fitFacts(facts, 700);

  expect(fitted.files).toBe("src/ (200 files)");
  expect(fitted.conventions).toMatch(
    /^--- AGENTS\.md\nTwelve words[\s\S]+always\.\n…\n\n--- README\.md\n# Todo$/u,
  );
  expect(fitted.openTasks.split("\n")[0]).toBe("AAS-0 Task 0");
  expect(fitted.leftOut.split("\n")).toEqual([
    "the names of 200 of 200 files, which stand as a number",
    "all or the end of AGENTS.md",
    expect.stringMatching(/^\d+ of 50 open tasks$/u),
    expect.stringMatching(/^\d+ of 30 recent commits$/u),
  ]);
});

const anyLines = fc.array(fc.string({ maxLength: 80 }), { maxLength: 60 });
const anyFacts: fc.Arbitrary<RepositoryFacts> = fc.record({
  files: fc.uniqueArray(fc.stringMatching(/^[a-d]{1,3}(?:\/[a-d]{1,3}){0,3}$/u), { maxLength: 200 }),
  languages: fc.array(fc.record({ name: fc.string({ maxLength: 20 }), percent: fc.nat(100) }), {
    maxLength: 8,
  }),
  checks: anyLines,
  conventions: fc.array(
    fc.record({ path: fc.string({ maxLength: 20 }), text: fc.string({ maxLength: 3_000 }) }),
    {
      maxLength: 5,
    },
  ),
  openTasks: anyLines,
  recentCommits: anyLines,
});

test("all of it together stays within the budget", () => {
  fc.assert(
    fc.property(anyFacts, fc.integer({ min: 400, max: 6_000 }), (facts, tokens) => {
      const shown = Object.values(fitFacts(facts, tokens)).join("");

      expect(Math.ceil(shown.length / 3)).toBeLessThanOrEqual(tokens);
    }),
    { numRuns: 200 },
  );
});
