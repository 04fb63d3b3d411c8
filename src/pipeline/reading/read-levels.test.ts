import { expect, test } from "vitest";
import type { Complexity, PriorityAdvice } from "../../domain/analysis.ts";
import { readComplexity, readPriority } from "./read-levels.ts";

test.each<[string, Complexity | null]>([
  ["Medium", "medium"],
  ["**Medium**", "medium"],
  ["MEDIUM.", "medium"],
  ["Moderate (several parts)", "medium"],
  ["Moderately complex", "medium"],
  ["Low – although the risk is high", "low"],
  ["Medium, because of high load", "medium"],
  ["The estimated complexity of this task is high.", "high"],
  ["Low to Medium", "medium"],
  ["Medium/High", "high"],
  ["very low", "low"],
  ["Low/Medium/High", null],
  ["not high", null],
  ["This task has high-risk parts and low value", null],
  ["Integrating a bot likely needs a moderate effort", null],
  ["constructor", null],
  ["", null],
])("the complexity %j is %s", (value, complexity) => {
  expect(readComplexity(value)).toBe(complexity);
});

test.each<[string, PriorityAdvice["kind"], string]>([
  ["None", "keep", ""],
  ["No change", "keep", ""],
  ["No adjustment needed; it could be raised to High later", "keep", ""],
  ["N/A", "keep", ""],
  ["Keep at High", "keep", ""],
  ["Medium (no change)", "keep", ""],
  ["The current priority seems appropriate.", "keep", ""],
  ["As is", "keep", ""],
  ["Current priority (Low) is suitable", "keep", ""],
  ["Currently low, which is appropriate", "keep", ""],
  ["Currently Low; consider raising it to Medium", "raise", "medium"],
  ["Potentially increase to Medium", "raise", "medium"],
  ["Increase priority to High", "raise", "high"],
  ["Medium", "set", "medium"],
  ["**Critical**", "set", "urgent"],
  ["Medium to High", "set", "medium high"],
  ["Increase to Medium or High", "raise", "medium high"],
  ["Consider raising it to High, since Low is too little", "raise", "high"],
  ["Increase from Low to Medium", "raise", "medium"],
  ["Yes, elevate to Urgent", "raise", "urgent"],
  ["It may be appropriate to raise it", "raise", ""],
  ["Low → Medium", "set", "medium"],
  ["Low -> High", "set", "high"],
  ["Lower to Low", "lower", "low"],
  ["Decrease (from High) to Medium", "lower", "medium"],
])("the priority %j advises to %s %s", (value, kind, to) => {
  const advice = readPriority(value);

  expect(advice).toEqual(
    kind === "keep"
      ? { kind, said: value }
      : { kind, to: to.split(" ").filter((each) => each !== ""), said: value },
  );
});

test.each([
  "",
  "Given the high impact, a higher one",
  "Urgent/High/Medium/Low",
  "Current priority: Medium",
  "Stakeholders of high rank ask for it",
])("%j advises nothing", (value) => {
  expect(readPriority(value)).toBeNull();
});
