import fc from "fast-check";
import { expect, test } from "vitest";
import { closestName, editDistance } from "./closest-name.ts";
import { settings } from "./setting-list.ts";

const paths = settings.map(({ path }) => path);

test("a setting with one letter too few is recognised, whichever it is", () => {
  const long = paths.filter((path) => path.length >= 6);
  fc.assert(
    fc.property(fc.constantFrom(...long), fc.nat(), (path, seed) => {
      const index = seed % path.length;
      const wrong = path.slice(0, index) + path.slice(index + 1);
      expect(closestName(wrong, paths)).toBe(path);
    }),
  );
});

test.each([
  ["perRunUsd", "budget.perRunUsd"],
  ["budget.perRun", "budget.perRunUsd"],
  ["budget.per_run_usd", "budget.perRunUsd"],
  ["limit.attempts", "limits.attempts"],
  ["Merge.Auto", "merge.auto"],
  ["gates.requireTypecheck", "gates.requireTypeChecks"],
])("%s is taken for %s", (wrong, meant) => {
  expect(closestName(wrong, paths)).toBe(meant);
});

test("a name that is like nothing gets no suggestion", () => {
  expect(closestName("colour", paths)).toBeNull();
  expect(closestName("anything", [])).toBeNull();
});

test("the distance counts insertions, deletions, replacements and swaps", () => {
  expect([editDistance("abc", "abc"), editDistance("abc", "acb"), editDistance("kitten", "sitting")]).toEqual(
    [0, 1, 3],
  );
});

test("the distance is the same both ways and never more than the longer text", () => {
  const text = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const distance = editDistance(a, b);

      expect(distance).toBe(editDistance(b, a));
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(distance === 0).toBe(a === b);
    }),
  );
});
