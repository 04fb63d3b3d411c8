import type { FixtureFiles } from "../../src/testing/git-fixtures.ts";

/** A project small enough that its checks cost a tenth of a second. */
export function sampleFiles(webhookUrl: string): FixtureFiles {
  return {
    "package.json": '{ "name": "sums", "private": true, "type": "module" }\n',
    "README.md": "# Sums\n\n- `one()` is one.\n",
    "src/one.js": "export function one() {\n  return 1;\n}\n",
    "test/one.test.js": testOf("one", "one is one", "one()", "1"),
    "aas.config.jsonc": `${JSON.stringify(configOf(webhookUrl), null, 2)}\n`,
  };
}

export const webhookSecretVariable = "AAS_CHAOS_WEBHOOK";
export const webhookSecret = `whsec_${Buffer.from("chaos chaos chaos chaos chaos 32").toString("base64")}`;

function configOf(webhookUrl: string): object {
  return {
    batch: { pollInterval: "100ms" },
    limits: { attempts: 2, parallelTasks: 2 },
    landing: { updateCheckout: true },
    notify: { webhook: { url: webhookUrl, secret: `env:${webhookSecretVariable}` } },
    checks: [
      {
        name: "tests",
        kind: "tests",
        gate: "must",
        command: [
          "node",
          "--test",
          "--test-isolation=none",
          "--test-reporter=junit",
          "--test-reporter-destination={report}",
        ],
        report: "junit",
        timeout: "1m",
      },
    ],
  };
}

export function testOf(file: string, title: string, expression: string, value: string): string {
  return [
    'import assert from "node:assert/strict";',
    'import test from "node:test";',
    `import { ${file} } from "../src/${file}.js";`,
    "",
    `test("${title}", () => assert.equal(${expression}, ${value}));`,
    "",
  ].join("\n");
}
