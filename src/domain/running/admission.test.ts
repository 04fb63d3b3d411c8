import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleRun, sampleTime } from "../../testing/samples.ts";
import { admitRuns, runsToDrive } from "./admission.ts";
import { makeId } from "../ids.ts";
import { priorities } from "../priority.ts";
import type { Run, RunState } from "../run.ts";

const running: RunState = { status: "running", stage: "wait" };
const paused: RunState = { status: "paused", stage: "wait", reason: "person" };
const states: readonly RunState[] = [
  { status: "queued" },
  running,
  paused,
  { status: "failed", stage: "wait", code: "internal" },
  { status: "completed", outcome: "full" },
  { status: "canceled" },
];

function run(id: string, overrides: Partial<Run> = {}): Run {
  return sampleRun({ id: makeId("run", id), ...overrides });
}

test("queued runs start by priority and age while places are free; a paused run holds none", () => {
  const runs = [
    run("1", { state: running }),
    run("2", { state: paused }),
    run("3", { priority: "low" }),
    run("4", { priority: "high", createdAt: sampleTime(5) }),
    run("5", { priority: "high", createdAt: sampleTime(3) }),
  ];

  expect(admitRuns(runs, 3)).toEqual(["run_5", "run_4"]);
  expect(admitRuns(runs, 1)).toEqual([]);
});

test.each([0, -1, Number.NaN])("with %s places nothing starts", (places) => {
  expect(admitRuns([run("1")], places)).toEqual([]);
});

test("admission never starts more than there are places, nor anything that is not queued", () => {
  const anyRuns = fc
    .array(fc.record({ state: fc.constantFrom(...states), priority: fc.constantFrom(...priorities) }))
    .map((drawn) => drawn.map((each, index) => run(`${index}`, each)));
  fc.assert(
    fc.property(anyRuns, fc.integer({ min: 0, max: 6 }), (runs, places) => {
      const started = new Set(admitRuns(runs, places));
      const queued = runs.filter(({ state }) => state.status === "queued");
      const busy = runs.filter(({ state }) => state.status === "running").length;

      expect(queued.filter(({ id }) => started.has(id))).toHaveLength(started.size);
      expect(started.size).toBe(Math.min(queued.length, Math.max(0, places - busy)));
    }),
  );
});

test("somebody must drive what runs or is paused, and nothing else", () => {
  const runs = states.map((state, index) => run(`${index}`, { state }));

  expect(runsToDrive(runs).map(({ state }) => state)).toEqual([running, paused]);
});
