import { expect, test } from "vitest";
import { sampleAudit } from "../testing/building-samples.ts";
import { type Audit, combineVerdicts, type Finding, type Verdict } from "./audit.ts";

function finding(severity: string): Finding {
  return {
    severity: severity as Finding["severity"],
    category: "quality",
    description: "names say nothing",
    location: "src/todo.ts:3",
  };
}

function audit(verdict: string, ...severities: readonly string[]): Audit {
  return sampleAudit({ verdict: verdict as Verdict, findings: severities.map(finding) });
}

test.each<[string, readonly Audit[], Verdict]>([
  ["nobody looked", [], "changes_requested"],
  ["one approves", [audit("approved")], "approved"],
  ["one approves with minor findings", [audit("approved", "minor", "minor")], "approved"],
  ["one approves in spite of a major finding", [audit("approved", "minor", "major")], "changes_requested"],
  ["one of two asks for changes", [audit("approved"), audit("changes_requested")], "changes_requested"],
  [
    "one of three rejects",
    [audit("approved"), audit("rejected"), audit("changes_requested", "major")],
    "rejected",
  ],
  ["a severity nobody knows is found", [audit("approved", "critical")], "changes_requested"],
  ["a verdict nobody knows is given", [audit("approved"), audit("lgtm")], "changes_requested"],
])("when %s", (_name, audits, expected) => {
  expect(combineVerdicts(audits)).toBe(expected);
  expect(combineVerdicts(audits.toReversed())).toBe(expected);
});
