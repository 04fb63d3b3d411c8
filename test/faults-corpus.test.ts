import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runFaults } from "./corpus/faults/run-faults.ts";

const corpora = process.env["AAS_CORPORA"] ?? "";

describe.skipIf(corpora === "")("faults of batch APIs (AAS_CORPORA; skipped when it is not set)", () => {
  test("in every case the product does what the case expects", { timeout: 900_000 }, async () => {
    const failed: string[] = [];
    let count = 0;

    for await (const { id, complaints } of runFaults(join(corpora, "batch-faults.json"))) {
      count += 1;
      if (complaints.length > 0) failed.push(`${id}: ${complaints.join("; ")}`);
    }

    expect(failed).toEqual([]);
    expect(count).toBeGreaterThan(70);
  });
});
