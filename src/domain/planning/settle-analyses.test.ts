import { expect, test } from "vitest";
import { sampleAnalysis, sampleParsedAnalysis } from "../../testing/batch-samples.ts";
import { sampleTime } from "../../testing/samples.ts";
import { type Analysis, type ParsedAnalysis, type Reading, unversionedReading } from "../analysis.ts";
import { settleAnalyses } from "./settle-analyses.ts";

const reading: Reading = { ...unversionedReading, finish: "stop", confidence: 0.9 };

function answer(number: number, said: Partial<ParsedAnalysis>): Analysis {
  const parsed = sampleParsedAnalysis({ complexity: "medium", priority: null, reading, ...said });
  return sampleAnalysis({ customId: `req-${number}`, createdAt: sampleTime(number), parsed });
}

test("no answer is none, and one stays as it is", () => {
  const only = answer(1, {});

  expect([settleAnalyses([]), settleAnalyses([only])]).toEqual([null, only]);
});

test("of two answers to one task that disagree the newer counts, with the riskier complexity, and both are told", () => {
  const older = answer(1, { complexity: "high", firstStep: "Read a.ts" });
  const newer = answer(2, { complexity: "low", firstStep: "Read b.ts" });

  expect(settleAnalyses([older, newer])).toEqual({
    ...newer,
    parsed: {
      ...newer.parsed,
      complexity: "high",
      reading: {
        ...reading,
        confidence: 0.45,
        conflicts: [{ field: "complexity", said: ["high", "low"] }],
      },
    },
  });
});

test("advice on the priority may disagree too: the newer is followed", () => {
  const older = answer(1, { priority: { kind: "keep", said: "Keep it" } });
  const newer = answer(2, { priority: { kind: "raise", to: ["high"], said: "Raise to high" } });

  expect(settleAnalyses([older, newer])?.parsed).toEqual({
    ...newer.parsed,
    reading: {
      ...reading,
      confidence: 0.45,
      conflicts: [{ field: "priority", said: ["keep", "raise high"] }],
    },
  });
});

test("two answers that agree are trusted like one", () => {
  const [older, newer] = [answer(1, {}), answer(2, { firstStep: "Begin elsewhere" })];

  expect(settleAnalyses([older, newer])).toEqual(newer);
});

test("an answer that contradicted itself is not trusted even less", () => {
  const own = { field: "complexity", said: ["low", "medium"] } as const;
  const newer = answer(2, { complexity: "low", reading: { ...reading, confidence: 0.4, conflicts: [own] } });

  expect(settleAnalyses([answer(1, { complexity: "high" }), newer])?.parsed?.reading).toEqual({
    ...reading,
    confidence: 0.4,
    conflicts: [{ field: "complexity", said: ["high", "low"] }],
  });
});

test.each([
  ["cut off", { finish: "length" }],
  ["unreadable", { rung: "unreadable" }],
] as const)("what was %s says nothing against what came whole", (_, spoiled) => {
  const whole = answer(1, { complexity: "low" });
  const bad = answer(2, { complexity: "high", reading: { ...reading, ...spoiled } });

  expect(settleAnalyses([whole, bad])).toEqual(whole);
  expect(settleAnalyses([bad])).toEqual(bad);
});

test("what only the older says of the complexity counts", () => {
  const newer = answer(2, { complexity: null });

  expect(settleAnalyses([answer(1, { complexity: "high" }), newer])?.parsed).toEqual({
    ...newer.parsed,
    complexity: "high",
  });
});

test("where no answer says how hard it is, nothing is said", () => {
  const [older, newer] = [answer(1, { complexity: null }), answer(2, { complexity: null })];

  expect(settleAnalyses([older, newer])).toEqual(newer);
});
