import { expect, test } from "vitest";
import { sampleIntegration } from "../testing/delivery-samples.ts";
import { sampleSha } from "../testing/samples.ts";
import { makeId } from "./ids.ts";
import type { Integration, IntegrationOutcome } from "./integration.ts";
import { unsureLandings } from "./queue-plan.ts";

const base = sampleSha(1);

/** A candidate that was made for the base of before. */
function entry(id: string, commit: number, outcome: IntegrationOutcome | null): Integration {
  const candidate = { sha: sampleSha(commit), tree: sampleSha(50), baseSha: base };
  return sampleIntegration({ id: makeId("int", id), candidate, outcome });
}

test("after a person has put the base back, a landing on the same commit is looked for again", () => {
  const entries = [
    entry("first", 2, { kind: "landed", sha: sampleSha(2) }),
    entry("second", 3, null),
    entry("given_up", 4, { kind: "rejected", reason: "canceled", details: [] }),
  ];

  expect(unsureLandings(entries, sampleSha(3)).map(({ id }) => id)).toEqual(["int_second"]);
});
