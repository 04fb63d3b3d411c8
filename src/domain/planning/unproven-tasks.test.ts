import { expect, test } from "vitest";
import { sampleCheckDefinition } from "../../testing/samples.ts";
import { unprovenTasks } from "./unproven-tasks.ts";

const proven = { key: "a", acceptance: [["npm", "test"]] };
const unproven = { key: "b", acceptance: [] };

test("with a check that must pass every task is proven", () => {
  expect(unprovenTasks([sampleCheckDefinition()], [proven, unproven])).toEqual([]);
});

test("without one only acceptance commands prove a task", () => {
  expect(unprovenTasks([], [proven, unproven])).toEqual([unproven]);
});

test("a check that may fail proves nothing", () => {
  expect(unprovenTasks([sampleCheckDefinition({ gate: "should" })], [proven, unproven])).toEqual([unproven]);
});
