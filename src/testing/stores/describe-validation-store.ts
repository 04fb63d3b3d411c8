import { describe, expect, test } from "vitest";
import { makeId, type Sha } from "../../domain/ids.ts";
import type { Validation } from "../../domain/validation.ts";
import type { Database } from "../../ports/database.ts";
import { sampleCheckResult, sampleValidation } from "../building-samples.ts";
import { sampleSha, sampleTime } from "../samples.ts";

let trees = 1_000;

export function describeValidationStore(database: () => Database): void {
  describe("validations", () => {
    test("a validation comes back as it was stored, and stays so", async () => {
      const { validations } = database();
      const validation = ofNewTree({
        checks: [
          sampleCheckResult({
            state: { status: "failed", reason: "1 failed" },
            cases: [{ id: "a", outcome: "failed", message: "expected 1, got 2" }],
          }),
          sampleCheckResult({ name: "lint", state: { status: "skipped", reason: "not configured" } }),
        ],
        regressions: ["a"],
        score: 0.6,
        verdict: "failed",
      });

      await validations.insert(validation);
      await validations.insert({ ...validation, verdict: "passed" });

      expect(await validations.find(validation.id)).toEqual(validation);
      expect(await validations.find(makeId("val", "nobody"))).toBeNull();
    });

    test("output with characters that cannot be stored is kept with marks in their place", async () => {
      const { validations } = database();
      const noisy = ofNewTree({ checks: [sampleCheckResult({ output: "a\0b\ud800c" })] });

      await validations.insert(noisy);

      const kept = { ...noisy, checks: [sampleCheckResult({ output: "a\ufffdb\ufffdc" })] };
      expect(await validations.find(noisy.id)).toEqual(kept);
    });

    test("it is found by tree, suite and base together", async () => {
      const { validations } = database();
      const compared = ofNewTree({});
      const alone = { ...compared, id: idOf(compared.tree, "alone"), baseTree: null };
      await validations.insert(compared);
      await validations.insert(alone);

      expect(await validations.findByTree(compared.tree, compared.suite, compared.baseTree)).toEqual(
        compared,
      );
      expect(await validations.findByTree(compared.tree, compared.suite, null)).toEqual(alone);
      expect(await validations.findByTree(compared.tree, "another", null)).toBeNull();
      expect(await validations.findByTree(sampleSha(9), compared.suite, null)).toBeNull();
    });

    test("when two validated the same tree at once, the first counts for everybody", async () => {
      const { validations } = database();
      const first = ofNewTree({});
      const second = { ...first, id: idOf(first.tree, "second"), createdAt: sampleTime(50) };
      await validations.insert(second);
      await validations.insert(first);

      expect(await validations.findByTree(first.tree, first.suite, first.baseTree)).toEqual(first);
    });
  });
}

function ofNewTree(overrides: Partial<Validation>): Validation {
  trees += 1;
  const tree = sampleSha(trees);
  return sampleValidation({ id: idOf(tree, "first"), tree, ...overrides });
}

function idOf(tree: Sha, name: string): Validation["id"] {
  return makeId("val", tree + name);
}
