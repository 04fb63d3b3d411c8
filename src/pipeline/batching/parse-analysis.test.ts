import fc from "fast-check";
import { expect, test } from "vitest";
import { unversionedReading } from "../../domain/analysis.ts";
import { parseAnalysis } from "./parse-analysis.ts";

test("an analysis is read, and fields nobody asked for are left", () => {
  const text = JSON.stringify({
    complexity: "high",
    blockers: ["no test command"],
    firstStep: "Read src/todo.ts",
    steps: ["Add the field", "Show it"],
    confidence: 0.9,
  });

  expect(parseAnalysis(text)).toEqual({
    complexity: "high",
    blockers: ["no test command"],
    firstStep: "Read src/todo.ts",
    steps: ["Add the field", "Show it"],
    priority: null,
    reading: unversionedReading,
  });
});

test.each(["{}", '{"complexity":null,"firstStep":null}'])("what %s leaves out is not known", (text) => {
  expect(parseAnalysis(text)).toEqual({
    complexity: null,
    blockers: [],
    firstStep: null,
    steps: [],
    priority: null,
    reading: unversionedReading,
  });
});

test.each([
  "",
  "Complexity: low",
  "null",
  "[]",
  '{"complexity":"Low"}',
  '{"complexity":"trivial"}',
  '{"steps":"one"}',
])("%j is no analysis", (text) => {
  expect(parseAnalysis(text)).toBeNull();
});

test("reading the same text again gives the same, and never throws", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(parseAnalysis(text)).toEqual(parseAnalysis(text));
    }),
  );
});
