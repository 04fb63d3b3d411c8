import { expect, test } from "vitest";
import { AasError } from "../domain/errors.ts";
import { parseConfig } from "./parse-config.ts";
import { settings } from "./setting-list.ts";

const file = "aas.config.jsonc";

test("comments, trailing commas and a byte order mark are fine", () => {
  const { config, warnings } = parseConfig(
    '\uFEFF{ // money\n "budget": { "perRunUsd": 2.5, /* cap */ }, }',
    file,
  );

  expect(config.budget).toMatchObject({ perRunUsd: 2.5, warnUsd: 5, perDayUsd: null });
  expect(warnings).toEqual([]);
});

test("a check gets a gate, a report and a time when it names none", () => {
  const { config } = parseConfig(
    '{"checks": [{"name": "lint", "kind": "lint", "command": ["ruff", "check"]}]}',
    file,
  );

  expect(config.checks).toEqual([
    {
      name: "lint",
      kind: "lint",
      gate: "must",
      command: ["ruff", "check"],
      report: "exit_code",
      timeout: "10m",
    },
  ]);
});

test("old names are taken with a warning that says the new one", () => {
  const { config, warnings } = parseConfig(
    '{"auto_deploy": true, "max_cost_per_pipeline": 3, "budget": {"warnUsd": 1}}',
    file,
  );

  expect([config.merge.auto, config.budget]).toMatchObject([
    true,
    { perRunUsd: 3, warnUsd: 1, perDayUsd: null },
  ]);
  expect(warnings).toEqual([
    "aas.config.jsonc: auto_deploy is an old name; write merge.auto instead.",
    "aas.config.jsonc: max_cost_per_pipeline is an old name; write budget.perRunUsd instead.",
  ]);
});

test("an unknown key is named with its line, its value and what was probably meant", () => {
  const error = refusalOf('{\n  "limits": {\n    "atempts": 3\n  }\n}');

  expect(error).toEqual({
    message:
      "aas.config.jsonc, line 3: limits.atempts (3) is not a setting; expected one of concurrentRuns, runTimeout, parallelTasks, attempts, requestsPerMinute, tokensPerMinute. Did you mean limits.attempts?",
    cure: "Rename limits.atempts to limits.attempts.",
  });
});

test("a key that is like nothing is to be removed", () => {
  expect(refusalOf('{"colour": "red"}')).toEqual({
    message: expect.stringContaining(
      "line 1: colour (a text) is not a setting; expected one of base, ",
    ) as string,
    cure: "Remove colour.",
  });
});

test("a bad value is named with its line, what is expected, and the default", () => {
  expect(refusalOf('{\n"limits": { "attempts": "three" } }')).toEqual({
    message: 'aas.config.jsonc, line 2: limits.attempts is "three"; expected a whole number from 1 to 20.',
    cure: "Set limits.attempts to a whole number from 1 to 20, or remove it to get 3.",
  });
});

test("a bad value under an old name is named as it was written", () => {
  expect(refusalOf('{\n"warn_at_cost": "five" }').message).toContain(
    'line 2: warn_at_cost (now budget.warnUsd) is "five"; expected an amount',
  );
});

test("a setting under its old and its new name is refused, whichever counts", () => {
  expect(refusalOf('{"auto_deploy": true, "merge": {"auto": true}}')).toEqual({
    message:
      "aas.config.jsonc: auto_deploy and merge.auto are both written and mean the same setting; expected one of them.",
    cure: "Remove auto_deploy.",
  });
});

test("all problems are told at once", () => {
  const { message, cure } = refusalOf('{"limits": {"attempts": 0}, "gates": {"minScore": 2}}');

  expect(message.split("\n")).toEqual([
    "aas.config.jsonc, line 1: limits.attempts is 0; expected a whole number from 1 to 20.",
    "aas.config.jsonc, line 1: gates.minScore is 2; expected a number from 0 to 1.",
  ]);
  expect(cure).toContain("Set gates.minScore to a number from 0 to 1, or remove it to get 0.8.");
});

test.each([
  ['{"a": 1\n "b": 2}', "line 2, column 2: a comma is missing before this."],
  ['{\r\n"a" 1}', "line 2, column 5: a colon is missing before this."],
  ['{"a": }', "line 1, column 7: a value is missing here."],
  ['{"a": 1', "line 1, column 8: a closing } is missing."],
  ['{"a": [1', "line 1, column 9: a closing ] is missing."],
  ["{a: 1}", "line 1, column 2: this is neither a value nor a name in double quotes."],
  ['{"a": tru}', "line 1, column 7: this is neither a value nor a name in double quotes."],
  ['{"a": "x', "line 1, column 7: a text that begins here has no closing quote on its line."],
  ["{} {}", "line 1, column 4: nothing is expected after the closing }."],
  ["{} /* x", "line 1, column 4: a comment has no end."],
  ['{"base": "a",\n"base": "b"}', 'line 2, column 1: "base" is written a second time; expected once.'],
])("%j: the error says where and what", (text, said) => {
  const { message, cure } = refusalOf(text);

  expect(message).toBe(`aas.config.jsonc, ${said}`);
  expect(cure).not.toBe("");
});

test.each(["", " \n", "// nothing\n"])("a file without settings is told from an empty object: %j", (text) => {
  expect(refusalOf(text)).toEqual({
    message: "aas.config.jsonc is empty; expected settings in { }.",
    cure: "aas init",
  });
});

test.each([
  ["[]", "the configuration is a list; expected an object in { }."],
  ['{"limits": 3}', "limits is 3; expected an object in { }."],
  ['{"limits": null}', "limits is null; expected an object in { }."],
  ['{"__proto__": {"merge": {"auto": true}}}', "__proto__ (an object) is not a setting"],
  ['{"auto_deploy": true, "merge": 3}', "merge is 3; expected an object in { }."],
  ['{"constructor": 1}', "constructor (1) is not a setting"],
])("%s: the shape is checked", (text, said) => {
  expect(refusalOf(text).message).toContain(said);
});

test("a text of brackets or of megabytes is refused, not suffered", () => {
  expect(refusalOf("[".repeat(100_000)).message).toBe(
    "aas.config.jsonc is nested too deeply to be read; expected settings in { }.",
  );
  expect(refusalOf(`{}${" ".repeat(300_000)}`).message).toBe(
    "aas.config.jsonc has 300002 characters; expected at most 256000.",
  );
});

const secret = "hunter2-hunter2";

test.each([
  ["notify.discord", { notify: { discord: secret } }],
  ["notify.slack", { notify: { slack: `https://hooks.slack.com/${secret}` } }],
  ["discord_webhook (now notify.discord)", { discord_webhook: secret }],
  ["notify.webhook.secret", { notify: { webhook: { url: "https://example.org", secret } } }],
])("a secret at %s is refused with its cure and never repeated", (name, config) => {
  const { message, cure } = refusalOf(JSON.stringify(config));

  expect(message).toBe(
    `aas.config.jsonc, line 1: ${name} holds a literal value, which is not shown; expected the name of an environment variable, such as "env:AAS_WEBHOOK".`,
  );
  expect(cure).toBe(
    `Put the value of ${name} into an environment variable and write "env:" and the variable's name instead; if it was ever committed, replace the secret.`,
  );
});

test.each([
  { notify: secret },
  { notify: { discord: [secret] } },
  { notify: { webhook: { url: `https://user:${secret}@example.org`, secret: "env:X" } } },
  { notify: { webhook: { url: `https://discord.com/api/webhooks/1/${secret}`, secret: "env:X" } } },
  { notify: { webhook: secret } },
  { notify: { discordUrl: secret } },
  { model: { provider: "openai", name: "x", apiKey: secret } },
  { model: { provider: "openai", apiKey: { value: secret } } },
  { OPENAI_API_KEY: secret },
  { checks: [{ name: "a", kind: "tests", command: ["a"], env: { TOKEN: secret } }] },
  { delivery: `sk-${secret}` },
])("a secret at a wrong place is not repeated: %j", (config) => {
  const { message, cure } = refusalOf(JSON.stringify(config));

  expect(`${message} ${cure}`).not.toContain(secret);
});

test("a secret in a text that is no JSON is not repeated", () => {
  const { message, cure } = refusalOf(`{"notify": {"discord": ${secret}}}`);

  expect(`${message} ${cure}`).not.toContain("hunter2");
});

test.each([
  [{ notify: { webhook: { url: "https://example.org/hook", secret: "env:KEY" } } }],
  [{ notify: { webhook: { url: "http://localhost:8080/", secret: "env:KEY" } } }],
  [{ notify: { webhook: { url: "env:URL", secret: "env:KEY" }, discord: "env:D", slack: "env:S" } }],
  [{ model: { provider: "recorded", replies: "demo/replies.json" } }],
  [{ model: { provider: "openai", name: "gpt-5" } }],
  [{ base: "release/1.x", delivery: "task", environments: [] }],
  [{ gates: { protectedPaths: ["src/auth/", "Makefile"], minScore: 1 } }],
  [{ $schema: "./node_modules/aas/aas.config.schema.json" }],
])("%j is accepted", (config) => {
  const { $schema: _, ...given } = config as Record<string, unknown>;

  expect(parseConfig(JSON.stringify(config), file).config).toMatchObject(given);
});

test.each([
  ["base", { base: "-x" }],
  ["base", { base: "a..b" }],
  ["base", { base: "refs/heads/main" }],
  ["base", { base: "a.lock" }],
  ["base", { base: "" }],
  ["delivery", { delivery: "tasks" }],
  ["gates.protectedPaths[1]", { gates: { protectedPaths: ["a", "src/**"] } }],
  ["gates.protectedPaths[0]", { gates: { protectedPaths: ["/etc/"] } }],
  ["gates.maxFileBytes", { gates: { maxFileBytes: 0.5 } }],
  ["board.prefix", { board: { prefix: "aas" } }],
  ["board.location", { board: { location: "branch" } }],
  ["batch.pollInterval", { batch: { pollInterval: 5 } }],
  ["batch.limit", { batch: { limit: "400d" } }],
  ["budget.perRunUsd", { budget: { perRunUsd: "10" } }],
  ["budget.perRunUsd", { budget: { perRunUsd: -1 } }],
  ["budget.warnUsd", { budget: { warnUsd: 0.0000001 } }],
  ["environments[0]", { environments: [{ name: "production" }] }],
  ["model.provider", { model: { provider: "opnai", name: "x" } }],
  ["model.name", { model: { provider: "openai" } }],
  ["model.replies", { model: { provider: "recorded", replies: "../x.json" } }],
  ["model", { model: "openai" }],
  ["notify.webhook.url", { notify: { webhook: { url: "http://example.org", secret: "env:X" } } }],
  ["checks[0].name", { checks: [check({ name: "a b" })] }],
  ["checks[1].name", { checks: [check({}), check({})] }],
  ["checks[0].kind", { checks: [check({ kind: "acceptance" })] }],
  ["checks[0].command", { checks: [check({ command: "npm test" })] }],
  ["checks[0].command", { checks: [check({ command: [] })] }],
  ["checks[0].command", { checks: [check({ command: [""] })] }],
  ["checks[0].command[1]", { checks: [check({ command: ["node", 1] })] }],
  ["checks[0].command", { checks: [check({ report: "junit" })] }],
  ["checks[0].timeout", { checks: [check({ timeout: "10" })] }],
])("the error about %s names it, says what is expected and how to mend it: %j", (name, config) => {
  const { message, cure } = refusalOf(JSON.stringify(config));

  expect(message.startsWith(`aas.config.jsonc, line 1: ${name} `)).toBe(true);
  expect(message).toMatch(/ (?:is|holds) .+; expected .+\.$/u);
  expect(cure).toContain(name);
});

test.each(settings.map(({ path }) => path))("no setting lets a value of a wrong kind pass: %s", (path) => {
  const config = path
    .split(".")
    .toReversed()
    .reduce<unknown>((inner, part) => ({ [part]: inner }), [{}]);
  const { message, cure } = refusalOf(JSON.stringify(config));

  expect(message).toContain(`line 1: ${path}`);
  expect(message).toMatch(/ (?:is|holds) .+; expected .+\.$/u);
  expect(cure).toContain(path);
});

test("what is missing is told at the line where it belongs", () => {
  expect(refusalOf('{\n"checks": [\n{"name": "a", "kind": "lint"}] }')).toEqual({
    message:
      'aas.config.jsonc, line 3: checks[0].command is missing; expected a program and its arguments as a list, such as ["node", "--test"]; nothing goes through a shell.',
    cure: 'Set checks[0].command to a program and its arguments as a list, such as ["node", "--test"]; nothing goes through a shell.',
  });
});

function check(overrides: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { name: "unit", kind: "tests", command: ["node"], ...overrides };
}

function refusalOf(text: string): { readonly message: string; readonly cure: string | null } {
  try {
    parseConfig(text, file);
  } catch (error) {
    if (!(error instanceof AasError)) throw error;
    expect(error.code).toBe("config_invalid");
    return { message: error.message, cure: error.cure };
  }
  throw new Error("It was accepted.");
}
