import { expect, test } from "vitest";
import { sampleIntegration } from "../testing/delivery-samples.ts";
import { sampleSha } from "../testing/samples.ts";
import { makeId } from "./ids.ts";
import { type CandidateCheck, type Integration, integrationStatus, isSettled } from "./integration.ts";

const base = sampleSha(1);
const candidate = { sha: sampleSha(3), tree: sampleSha(4), baseSha: base };
const passed: CandidateCheck = { tree: candidate.tree, validationId: makeId("val", "1"), verdict: "passed" };

function ready(overrides: Partial<Integration> = {}): Integration {
  return sampleIntegration({ candidate, lastCheck: passed, ...overrides });
}

test.each<[string, Partial<Integration>, string]>([
  ["without a candidate", { candidate: null }, "outdated"],
  ["whose base moved", { candidate: { ...candidate, baseSha: sampleSha(9) } }, "outdated"],
  [
    "whose base moved, failed or not",
    { candidate: { ...candidate, baseSha: sampleSha(9) }, lastCheck: { ...passed, verdict: "failed" } },
    "outdated",
  ],
  ["never checked", { lastCheck: null }, "checking"],
  ["checked as another tree", { lastCheck: { ...passed, tree: sampleSha(9) } }, "checking"],
  ["that failed", { lastCheck: { ...passed, verdict: "failed" } }, "failed"],
  ["that needs an approval", { needsApproval: true }, "waiting_approval"],
  [
    "whose earlier candidate was approved",
    { needsApproval: true, approvedSha: sampleSha(2) },
    "waiting_approval",
  ],
  [
    "whose source was approved instead",
    { needsApproval: true, approvedSha: sampleSha(2), source: sampleSha(2) },
    "waiting_approval",
  ],
  [
    "that failed, approved or not",
    { needsApproval: true, approvedSha: candidate.sha, lastCheck: { ...passed, verdict: "failed" } },
    "failed",
  ],
  ["approved as it is", { needsApproval: true, approvedSha: candidate.sha }, "mergeable"],
  ["that passed and needs nobody", {}, "mergeable"],
  ["that landed", { outcome: { kind: "landed", sha: candidate.sha } }, "landed"],
  ["that was rejected", { outcome: { kind: "rejected", reason: "conflict", details: [] } }, "rejected"],
])("an entry %s", (_name, overrides, expected) => {
  expect(integrationStatus(ready(overrides), base)).toBe(expected);
});

test("a verdict nobody knows is no pass", () => {
  const verdict = "flaky" as CandidateCheck["verdict"];

  expect(integrationStatus(ready({ lastCheck: { ...passed, verdict } }), base)).toBe("failed");
});

test("an entry is settled once it has an outcome", () => {
  expect(isSettled(ready())).toBe(false);
  expect(isSettled(ready({ outcome: { kind: "landed", sha: candidate.sha } }))).toBe(true);
});
