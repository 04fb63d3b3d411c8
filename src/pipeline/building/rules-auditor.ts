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
    pattern: /\b(?:not implemented|NotImplementedError|unimplemented!|todo!)\b|throw new Error\(["'`]TODO/u,
  },
  {
    category: "test",
    severity: "major",
    description: "switches a test off or narrows the suite to one test",
    pattern: /\b(?:it|test|describe)\.(?:skip|only)\b|@(?:pytest\.mark|unittest)\.skip\b/u,
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

function findBrokenRules(diff: string): readonly Finding[] {
  const findings: Finding[] = [];
  let file = "";
  let line = 0;
  for (const text of diff.split("\n")) {
    if (text.startsWith("+++ ")) file = text.slice(6);
    const hunk = /^@@ -\d+(?:,\d+)? \+(?<start>\d+)/u.exec(text)?.groups?.["start"];
    if (hunk !== undefined) line = Number(hunk) - 1;
    else if (!text.startsWith("-")) line += 1;
    if (text.startsWith("+") && !text.startsWith("+++"))
      findings.push(...brokenBy(text.slice(1), `${file}:${line}`));
  }
  return findings;
}

function brokenBy(text: string, location: string): readonly Finding[] {
  return rules
    .filter((rule) => rule.pattern.test(text))
    .map(({ severity, category, description }) => ({ severity, category, description, location }));
}
