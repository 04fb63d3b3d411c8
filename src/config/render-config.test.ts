import fc from "fast-check";
import { expect, test } from "vitest";
import { type Config, configSchema } from "./config-schema.ts";
import { parseConfig } from "./parse-config.ts";
import { renderConfig } from "./render-config.ts";
import { sectionMeanings, settings } from "./setting-list.ts";

const schema = "./node_modules/aas/aas.config.schema.json";
const defaults: Config = configSchema.parse({});

const text = fc.string({ unit: "grapheme", maxLength: 20 });
const flag = fc.boolean();
const count = fc.integer({ min: 1, max: 20 });
const usd = fc.integer({ min: 0, max: 1e9 }).map((micro) => micro / 1e6);
const time = fc.tuple(count, fc.constantFrom("ms", "s", "m", "h", "d")).map(([n, unit]) => `${n}${unit}`);
const reference = fc.constantFrom("env:AAS_HOOK", "env:x");
const path = fc.constantFrom("a.ts", "src/auth/", "ä/ö.ts");
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.option(value, { nil: null });

const check = fc.record({
  name: fc.constant("unit"),
  kind: fc.constantFrom("tests", "types", "lint", "other"),
  gate: fc.constantFrom("must", "should", "may"),
  command: fc.array(text, { maxLength: 3 }).map((args) => ["node", "{report}", ...args]),
  report: fc.constantFrom("junit", "exit_code"),
  timeout: time,
});

const config: fc.Arbitrary<Config> = fc
  .record({
    base: maybe(fc.constantFrom("main", "release/1.x")),
    delivery: fc.constantFrom("run", "task"),
    merge: fc.record({ auto: flag }),
    approvals: fc.record({ merge: flag }),
    budget: fc.record({ perRunUsd: usd, warnUsd: maybe(usd), perDayUsd: maybe(usd) }),
    limits: fc.record({ concurrentRuns: count, runTimeout: time, parallelTasks: count, attempts: count }),
    gates: fc.record({
      requireTests: flag,
      allowRedBase: flag,
      protectedPaths: fc.array(path, { maxLength: 3 }),
    }),
    checks: fc
      .array(check, { maxLength: 3 })
      .map((all) => all.map((each, index) => ({ ...each, name: `c${index}` }))),
    notify: fc.record({
      onCompletion: flag,
      webhook: maybe(
        fc.record({ url: fc.constantFrom("https://example.org/a//b", "env:URL"), secret: reference }),
      ),
      discord: maybe(reference),
    }),
    batch: fc.record({ enabled: flag, pollInterval: time }),
    board: fc.record({ location: fc.constantFrom("none", "checkout"), prefix: fc.constantFrom("AAS", "X9") }),
    model: maybe(fc.record({ provider: fc.constant("openai"), name: text.map((name) => `m${name}`) })),
  })
  .map((raw) => configSchema.parse(raw));

test("what is rendered is read back as the same settings, without a warning", () => {
  fc.assert(
    fc.property(config, (original) => {
      expect(parseConfig(renderConfig(original, schema), "aas.config.jsonc")).toEqual({
        config: original,
        warnings: [],
      });
    }),
  );
});

test("every line that is commented out is a setting that can be switched on", () => {
  const all = renderConfig(defaults, schema).replaceAll(/^(?<space> +)\/\/ "/gmu, '$<space>"');

  expect(parseConfig(all, "aas.config.jsonc").config).toEqual(defaults);
  expect(settings.filter((each) => !all.includes(`"${each.path.replace(/^.*\./u, "")}": `))).toEqual([]);
});

test("every section says what it is about, and the first questions are answered openly", () => {
  const rendered = renderConfig(defaults, schema);
  expect(renderConfig(defaults, null)).toBe(rendered.replace(`  "$schema": "${schema}",\n\n`, ""));

  expect([...sectionMeanings.values()].filter((meaning) => !rendered.includes(`  // ${meaning}\n`))).toEqual(
    [],
  );
  expect(rendered).toContain(`  "$schema": "${schema}",\n`);
  expect(rendered).toContain('\n    "perRunUsd": 10, // Cap of one run');
  expect(rendered).toContain('\n    // "perDayUsd": null, // Cap of all runs');
});

test("checks stand one entry a line, in the order of the documentation", () => {
  const checks = [
    {
      timeout: "10m",
      command: ["node", "--test"],
      name: "unit",
      report: "exit_code",
      gate: "must",
      kind: "tests",
    },
  ] as const;

  expect(renderConfig({ ...defaults, checks }, schema)).toContain(
    [
      "  // Commands that judge every change, run in a sandbox.",
      '  "checks": [',
      "    {",
      '      "name": "unit",',
      '      "kind": "tests",',
      '      "gate": "must",',
      '      "command": ["node", "--test"],',
      '      "report": "exit_code",',
      '      "timeout": "10m",',
      "    },",
      "  ],",
    ].join("\n"),
  );
});
