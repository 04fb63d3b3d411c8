import type { Finding } from "../../domain/audit.ts";
import type { Auditor } from "../../ports/auditor.ts";

interface Rule {
  readonly category: string;
  readonly description: string;
  readonly severity: Finding["severity"];
  readonly pattern: RegExp;
}

const rules: readonly Rule[] = [
  {
    category: "quality",
    severity: "major",
    description: "leaves work undone instead of doing it",
    pattern:
      /\b(?:not implemented|NotImplementedError)\b|\b(?:unimplemented|todo)!|throw new Error\(["'`]TODO/u,
  },
  {
    category: "test",
    severity: "major",
    description: "switches a test off or narrows the suite to one test",
    pattern:
      /\b(?:it|test|describe|suite|t)\.(?:skip|only)\b|\bx(?:it|test|describe)\(|\b(?:it|test|describe|suite)\(.*\{\s*(?:skip|only|todo)\s*:|@(?:pytest\.mark|unittest)\.skip\b|\bpytest\.skip\(|\.skipTest\(/u,
  },
  {
    category: "security",
    severity: "major",
    description: "contains a private key",
    pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/u,
  },
];

/** An auditor without a model: a few certain rules over the added lines. */
export const rulesAuditor: Auditor = {
  name: "rules",
  audit: async (order) => {
    const findings = findBrokenRules(order.diff);
    return { verdict: findings.length > 0 ? "changes_requested" : "approved", findings };
  },
};

const hunkHead = /^@@ -\d+(?:,\d+)? \+(?<start>\d+)/u;

/** Lines of a hunk begin with a blank, `+`, `-` or `\`, so `diff` and `@@` are never code, and `+++ x` within a hunk is. */
function findBrokenRules(diff: string): readonly Finding[] {
  const findings: Finding[] = [];
  let file = "";
  let line: number | null = null;
  for (const text of diff.split("\n")) {
    const start = hunkHead.exec(text)?.groups?.["start"];
    if (start !== undefined) line = Number(start) - 1;
    else if (text.startsWith("diff ")) line = null;
    else if (line === null) file = text.startsWith("+++ ") ? text.slice(6) : file;
    else if (/^[ +]/u.test(text)) {
      line += 1;
      if (text.startsWith("+")) findings.push(...brokenBy(text.slice(1), `${file}:${line}`));
    }
  }
  return findings;
}

function brokenBy(text: string, location: string): readonly Finding[] {
  return rules
    .filter((rule) => rule.pattern.test(text))
    .map(({ severity, category, description }) => ({ severity, category, description, location }));
}
