import fc from "fast-check";
import { expect, test } from "vitest";
import { samplePolicy } from "../../testing/samples.ts";
import { isHeld } from "./hold.ts";

const holding = { policy: samplePolicy({ holdAfterWait: true }) };
const ordinary = { policy: samplePolicy({ holdAfterWait: false }) };

const back = { type: "run.stage_finished", from: "wait", to: "success" } as const;
const failedWait = { type: "run.stage_finished", from: "wait", to: "failure" } as const;
const sent = { type: "run.stage_finished", from: "batch", to: "success" } as const;
const paused = { type: "run.paused", from: "running(implement)", to: "paused(implement, person)" } as const;
const resumed = { type: "run.resumed", from: "paused(implement, person)", to: "running(implement)" } as const;

test("a run is held from the moment its analyses are back", () => {
  expect(isHeld(holding, [sent])).toBe(false);
  expect(isHeld(holding, [sent, back])).toBe(true);
  expect(isHeld(holding, [sent, back, paused])).toBe(true);
});

test("going on afterwards lets it go for good, going on before does not", () => {
  expect(isHeld(holding, [sent, back, paused, resumed])).toBe(false);
  expect(isHeld(holding, [sent, back, paused, resumed, paused])).toBe(false);
  expect(isHeld(holding, [sent, paused, resumed, back])).toBe(true);
});

test("a wait that failed brought nothing to decide about", () => {
  expect(isHeld(holding, [sent, failedWait])).toBe(false);
});

test("an ordinary run is never held", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(back, failedWait, sent, paused, resumed)), (events) => {
      expect(isHeld(ordinary, events)).toBe(false);
    }),
  );
});
