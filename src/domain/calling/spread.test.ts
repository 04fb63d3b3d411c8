import fc from "fast-check";
import { expect, test } from "vitest";
import { spreadMs } from "./spread.ts";

test("a time is spread by a tenth at most, and always alike for one seed", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), fc.string(), (ms, seed) => {
      const spread = spreadMs(ms, seed);

      expect(spread).toBeGreaterThanOrEqual(Math.floor(ms * 0.9));
      expect(spread).toBeLessThanOrEqual(Math.ceil(ms * 1.1));
      expect(spreadMs(ms, seed)).toBe(spread);
    }),
  );
});

test("seeds that follow each other are spread over the whole width", () => {
  const spread = Array.from({ length: 200 }, (_, index) => spreadMs(300_000, `run_0199c1f0${index}`));

  expect(new Set(spread).size).toBeGreaterThan(150);
  expect(Math.min(...spread)).toBeLessThan(276_000);
  expect(Math.max(...spread)).toBeGreaterThan(324_000);
});
