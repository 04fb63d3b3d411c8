import fc from "fast-check";
import { expect, test } from "vitest";
import { cpuMs } from "../../testing/cpu-time.ts";
import type { ParsedAnalysis, ReadingRung } from "../../domain/analysis.ts";
import type { Finish } from "../../domain/finish.ts";
import { sampleAnalysis } from "../../testing/batch-samples.ts";
import { readAnalysis, readAsNow } from "./read-analysis.ts";

const asked = {
  complexity: "high",
  priority: "Raise to urgent",
  blockers: ["no test command"],
  firstStep: "Read src/todo.ts",
  steps: ["Add the field", "Show it"],
};
const json = JSON.stringify(asked);

/** What matters of a reading in most tests. */
function brief(text: string, finish: Finish = "stop"): readonly unknown[] {
  const { complexity, priority, blockers, firstStep, reading } = readAnalysis(text, finish);
  const advice =
    priority === null ? null : priority.kind === "keep" ? "keep" : [priority.kind, ...priority.to].join(" ");
  return [reading.rung, complexity, advice, blockers, firstStep];
}

test("an analysis is read, with how it was read", () => {
  expect(readAnalysis(json, "stop")).toEqual({
    complexity: "high",
    priority: { kind: "raise", to: ["urgent"], said: "Raise to urgent" },
    blockers: ["no test command"],
    firstStep: "Read src/todo.ts",
    steps: ["Add the field", "Show it"],
    reading: {
      parserVersion: 1,
      rung: "json",
      confidence: 1,
      finish: "stop",
      missing: [],
      conflicts: [],
      problems: [],
    },
  } satisfies ParsedAnalysis);
});

test.each<[string, string, ReadingRung]>([
  [
    "in a fence after thinking",
    `<think>maybe {"complexity":"low"}</think>\n\`\`\`json\n${json}\n\`\`\``,
    "json_part",
  ],
  ["quoted once more", JSON.stringify(json), "json"],
  ["between sentences", `Here you are: ${json} Good luck!`, "json_part"],
  ["with a comma too many", json.replace("]}", ",]}"), "json_mended"],
  [
    "under names of another style",
    JSON.stringify({
      estimated_complexity: "HIGH",
      suggestedPriorityAdjustment: { change: "raise", to: "urgent" },
      potential_blockers: [{ title: "no test command" }],
      recommended_first_step: "Read src/todo.ts",
    }),
    "json",
  ],
  ["in a wrapper", JSON.stringify({ task: "AAS-1", analysis: asked }), "json"],
])("JSON is read %s", (_name, text, rung) => {
  expect(brief(text)).toEqual([rung, "high", "raise urgent", ["no test command"], "Read src/todo.ts"]);
});

test.each<[string, readonly unknown[]]>([
  [
    "I'd say the complexity is medium. The main blockers are API access, missing docs and time. The first step would be to read the docs.",
    ["prose", "medium", null, ["API access", "missing docs", "time"], "read the docs"],
  ],
  [
    "This looks like a low-complexity task. Its priority should be raised to high. Start by adding a test.",
    ["prose", "low", "raise high", [], "adding a test"],
  ],
])("sentences are read where there is nothing better, and not trusted: %s", (text, read) => {
  expect(brief(text)).toEqual(read);
  expect(readAnalysis(text, "stop").reading.confidence).toBeLessThan(0.5);
});

test.each([
  "",
  "I think that this is a nice task, and I would love to help!",
  "The complexity is not high.",
  "null",
  "[]",
  "{}",
  '{"verdict":"low"}',
  '{"complexity":null}',
  "```python\nComplexity = 1\n```",
  "Complexity: Low/Medium/High",
])("%j is no analysis, and the answer can be told why", (text) => {
  const { reading, ...fields } = readAnalysis(text, "stop");

  expect(fields).toEqual({ complexity: null, priority: null, blockers: [], firstStep: null, steps: [] });
  expect([reading.rung, reading.confidence, reading.problems.length]).toEqual(["unreadable", 0, 1]);
});

test("two answers that disagree are told, trusted less, and the riskier complexity counts", () => {
  const labels = readAnalysis("Complexity: High\nFirst step: go\n\nSummary\n\nComplexity: Low\n", "stop");
  const objects = readAnalysis(
    '{"complexity":"high","firstStep":"go"}\nor\n{"complexity":"low","firstStep":"go"}',
    "stop",
  );
  const both = readAnalysis('**Complexity**: High\n{"complexity":"low","firstStep":"go"}', "stop");
  const agreed = readAnalysis("Complexity: High\nFirst step: go\nOverall complexity: high", "stop");

  expect([labels, objects, both].map(({ complexity }) => complexity)).toEqual(["high", "high", "high"]);
  expect([labels, objects, both].map(({ reading }) => reading.conflicts)).toEqual([
    [{ field: "complexity", said: ["high", "low"] }],
    [{ field: "complexity", said: ["low", "high"] }],
    [{ field: "complexity", said: ["high", "low"] }],
  ]);
  expect(labels.reading.confidence).toBe(Math.round(agreed.reading.confidence * 50) / 100);
  expect(agreed.reading.conflicts).toEqual([]);
});

test("the surer the rung and the more was found, the higher the confidence", () => {
  const confidences = [
    json,
    `So: ${json}`,
    "Complexity: High\nPriority: keep\nBlockers: none\nFirst step: go",
    "Complexity: High\nFirst step: go",
    "Complexity: High",
    "The complexity is high.",
    "Hello",
  ].map((text) => readAnalysis(text, "stop").reading.confidence);

  expect(confidences).toEqual(confidences.toSorted((a, b) => b - a));
  expect(new Set(confidences).size).toBe(confidences.length);
});

test("labels of an answer that was cut off are read and trusted less; a refusal is not read", () => {
  const text = "**Complexity**: Medium\n**First step**: Read the do";

  expect(brief(text, "length")).toEqual(["labels", "medium", null, [], "Read the do"]);
  expect(readAnalysis(text, "length").reading.confidence).toBeLessThan(
    readAnalysis(text, "stop").reading.confidence,
  );
  expect(brief(text, "refusal")).toEqual(["unreadable", null, null, [], null]);
  expect(brief(text, "filter")).toEqual(["unreadable", null, null, [], null]);
});

test("JSON that was cut off never becomes an analysis, whatever its provider says of its end", () => {
  const texts = [
    json,
    JSON.stringify(asked, null, 2),
    JSON.stringify({ analysis: asked }),
    JSON.stringify([asked]),
  ];
  const wraps: readonly ((text: string) => string)[] = [
    (text) => text,
    (text) => `Here is the analysis:\n\`\`\`json\n${text}`,
    (text) => `\`\`\`\n${text}\n\`\`\``,
  ];
  for (const text of texts.flatMap((each) => wraps.map((wrap) => ({ whole: each, wrap })))) {
    for (let length = 0; length < text.whole.length - 1; length += 1) {
      const cut = text.wrap(text.whole.slice(0, length));
      for (const ended of ["length", "stop"] as const) {
        expect([cut, brief(cut, ended)[0]]).toEqual([cut, "unreadable"]);
      }
    }
  }
});

const word = fc.constantFrom(
  "Complexity",
  "**",
  ":",
  "High",
  "\n",
  "- ",
  "1. ",
  "#",
  "|",
  "```",
  "{",
  "}",
  '"',
  "first step",
  " ",
  "<think>",
  "a",
  "blockers",
);
const scraps = fc.array(word, { maxLength: 60 }).map((words) => words.join(""));
const finish = fc.constantFrom<Finish>("stop", "length", "refusal", "filter", "other");

test("no text makes the reader throw, and reading what is stored again gives the same", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), scraps), finish, (raw, ended) => {
      const parsed = readAnalysis(raw, ended);
      const kept = JSON.parse(JSON.stringify(parsed)) as ParsedAnalysis;
      const stored = { ...kept, reading: { ...kept.reading, parserVersion: 0 } };

      expect(readAsNow(sampleAnalysis({ raw, parsed: stored }))).toEqual(sampleAnalysis({ raw, parsed }));
      expect(parsed.reading.confidence).toBeGreaterThanOrEqual(0);
      expect(parsed.reading.confidence).toBeLessThanOrEqual(1);
    }),
    { numRuns: 500 },
  );
});

test("what an earlier version stored is read with what this one can", () => {
  const early = sampleAnalysis({ raw: "Complexity: low", parsed: null });

  expect(readAsNow(early).parsed).toEqual(readAnalysis("Complexity: low", "other"));
  expect(readAsNow(early).parsed?.complexity).toBe("low");
});

test("random prose around valid JSON does not hide it", () => {
  const prose = fc.string({ unit: fc.constantFrom("a", "I", " ", ".", ",", "'", '"', "\n", "(", "—") });
  fc.assert(
    fc.property(prose, prose, (before, after) => {
      expect(brief(`${before}\n${json}\n${after}`).slice(1)).toEqual(brief(json).slice(1));
    }),
  );
});

test("long texts of little sense do not make it slow", () => {
  const started = cpuMs();
  for (const scrap of [
    "**",
    "- ",
    "Complexity: ",
    "| ",
    "\n",
    "*a",
    "_",
    "{",
    '{"a":',
    "first step is ",
    "a, ",
    "is ",
  ]) {
    readAnalysis(scrap.repeat(50_000), "stop");
  }

  expect(cpuMs() - started).toBeLessThan(10_000);
});
