import fc from "fast-check";
import { expect, test } from "vitest";
import { AasError } from "../domain/errors.ts";
import { renderOrigin } from "./config-layer.ts";
import { type ConfigSources, resolveConfig } from "./layer-config.ts";
import { settings } from "./setting-list.ts";

const none: ConfigSources = { flags: {}, environment: {}, project: null };

test("without any source every setting is its default", () => {
  const { config, origins, warnings } = resolveConfig(none);

  expect(config.budget).toMatchObject({ perRunUsd: 10, warnUsd: 5, perDayUsd: null });
  expect([...origins.keys()]).toEqual(settings.map(({ path }) => path));
  expect(new Set([...origins.values()].map(renderOrigin))).toEqual(new Set(["default"]));
  expect(warnings).toEqual([]);
});

test("the first of flag, environment and project that names a setting decides it, and is its origin", () => {
  const numbers = [
    "limits.attempts",
    "limits.parallelTasks",
    "gates.maxChangedFiles",
    "batch.chunkSize",
  ] as const;
  const layer = fc.dictionary(fc.constantFrom(...numbers), fc.integer({ min: 1, max: 20 }));
  fc.assert(
    fc.property(fc.tuple(layer, layer, layer), ([flags, environment, project]) => {
      const { config, origins } = resolveConfig({
        flags: mapEntries(flags, (path, value) => [path, String(value)]),
        environment: mapEntries(environment, (path, value) => [environmentNameOf(path), String(value)]),
        project: { file: "p.jsonc", text: toText(project) },
      });

      for (const path of numbers) {
        const layers = [flags[path], environment[path], project[path], defaultOf(path)];
        const kinds = ["flag", "environment", "project", "default"];
        const first = layers.findIndex((value) => value !== undefined);
        const [section = "", name = ""] = path.split(".");
        const found = (config as unknown as Record<string, Record<string, unknown>>)[section]?.[name];
        expect([found, origins.get(path)?.kind]).toEqual([layers[first], kinds[first]]);
      }
    }),
  );
});

test("an origin can be read", () => {
  const { origins } = resolveConfig({
    flags: { "budget.perRunUsd": "2" },
    environment: { AAS_BUDGET_WARN_USD: "1" },
    project: { file: "aas.config.jsonc", text: '{"delivery": "task"}' },
  });

  const shown = ["budget.perRunUsd", "budget.warnUsd", "delivery", "merge.auto"].map((path) => {
    const origin = origins.get(path);
    return origin === undefined ? null : renderOrigin(origin);
  });
  expect(shown).toEqual(["flag", "environment AAS_BUDGET_WARN_USD", "project aas.config.jsonc", "default"]);
});

test("a default that is written in a file comes from that file", () => {
  const { origins } = resolveConfig({
    ...none,
    project: { file: "p", text: '{"budget": {"perDayUsd": null}}' },
  });

  expect(origins.get("budget.perDayUsd")).toEqual({ kind: "project", file: "p" });
});

test("lists and objects are replaced whole", () => {
  const { config } = resolveConfig({
    ...none,
    environment: { AAS_MODEL: '{"provider": "recorded", "replies": "r.json"}' },
    project: {
      file: "p",
      text: '{"model": {"provider": "openai", "name": "m"}, "gates": {"protectedPaths": ["a"]}}',
    },
  });

  expect([config.model, config.gates.protectedPaths]).toEqual([
    { provider: "recorded", replies: "r.json" },
    ["a"],
  ]);
});

test("variables are read by the kind of their setting", () => {
  const { config } = resolveConfig({
    ...none,
    environment: {
      AAS_MERGE_AUTO: "true",
      AAS_APPROVALS_MERGE: "false",
      AAS_BUDGET_PER_RUN_USD: "$2.50",
      AAS_BUDGET_WARN_USD: "null",
      AAS_LIMITS_RUN_TIMEOUT: "1h",
      AAS_BASE: "123",
      AAS_GATES_PROTECTED_PATHS: '["src/auth/"]',
      AAS_MODEL: '{"provider": "openai", "name": "m"}',
      AAS_DELIVERY: "",
    },
  });

  expect(config).toMatchObject({
    base: "123",
    delivery: "run",
    merge: { auto: true },
    approvals: { merge: false },
    budget: { perRunUsd: 2.5, warnUsd: null },
    limits: { runTimeout: "1h" },
    gates: { protectedPaths: ["src/auth/"] },
    model: { provider: "openai", name: "m" },
  });
});

test("a variable that holds a secret stands for itself; one that holds a reference is followed", () => {
  const { config } = resolveConfig({
    ...none,
    environment: {
      AAS_NOTIFY_DISCORD: "https://discord.com/api/webhooks/1/hunter2",
      AAS_NOTIFY_SLACK: "env:TEAM_HOOK",
    },
  });

  expect(config.notify).toMatchObject({ discord: "env:AAS_NOTIFY_DISCORD", slack: "env:TEAM_HOOK" });
});

test("a bad variable is named with its setting", () => {
  expect(refusalOf({ ...none, environment: { AAS_LIMITS_ATTEMPTS: "many" } })).toEqual({
    code: "config_invalid",
    message: 'AAS_LIMITS_ATTEMPTS (limits.attempts) is "many"; expected a whole number from 1 to 20.',
    cure: "Set AAS_LIMITS_ATTEMPTS (limits.attempts) to a whole number from 1 to 20, or remove it to get 3.",
  });
});

test("a bad flag is a fault of usage", () => {
  expect(refusalOf({ ...none, flags: { "limits.attempts": "0" } })).toEqual({
    code: "usage",
    message: "the flag for limits.attempts is 0; expected a whole number from 1 to 20.",
    cure: "Set the flag for limits.attempts to a whole number from 1 to 20, or remove it to get 3.",
  });
});

test("a flag for no setting is a fault of usage", () => {
  expect(refusalOf({ ...none, flags: { "budget.perRun": "3" } })).toEqual({
    code: "usage",
    message: 'budget.perRun ("3") is not a setting; expected one that aas config show lists.',
    cure: "Write budget.perRunUsd.",
  });
});

test("a secret in a bad variable or flag is not repeated", () => {
  const webhook = '{"url": "https://example.org", "secret": "hunter2"}';

  expect(refusalOf({ ...none, environment: { AAS_NOTIFY_WEBHOOK: webhook } }).message).toBe(
    'AAS_NOTIFY_WEBHOOK (notify.webhook.secret) holds a literal value, which is not shown; expected the name of an environment variable, such as "env:AAS_WEBHOOK".',
  );
  expect(refusalOf({ ...none, flags: { "notify.slack": "hunter2" } }).message).not.toContain("hunter2");
});

test("variables that are almost settings are told, those of others are not", () => {
  const { warnings } = resolveConfig({
    ...none,
    environment: {
      AAS_BUDGET_PER_RUN: "3",
      AAS_GATES_XYZZY: "3",
      AAS_DATABASE_URL: "postgres://",
      AAS_NOTIFY_TEAM: "https://example.org",
      AAS_NOTIFY_SLACK: "env:AAS_NOTIFY_TEAM",
    },
  });

  expect(warnings).toEqual([
    "The environment variable AAS_BUDGET_PER_RUN is not a setting and has no effect. Did you mean AAS_BUDGET_PER_RUN_USD?",
    "The environment variable AAS_GATES_XYZZY is not a setting and has no effect. Unset it.",
  ]);
});

test("settings that cancel each other out are told", () => {
  const text = '{"merge": {"auto": true}, "budget": {"perRunUsd": 2, "warnUsd": 3}}';

  expect(resolveConfig({ ...none, project: { file: "p", text } }).warnings).toEqual([
    "merge.auto has no effect while approvals.merge is true: set approvals.merge to false to land without asking.",
    "budget.warnUsd (3) is above budget.perRunUsd (2): the run pauses before it warns. Lower budget.warnUsd.",
  ]);
});

test("a small budget with the default warning is no contradiction", () => {
  expect(resolveConfig({ ...none, flags: { "budget.perRunUsd": "2" } }).warnings).toEqual([]);
});

test("warnings about old names come through", () => {
  const { warnings } = resolveConfig({
    ...none,
    project: { file: "p.jsonc", text: '{"require_approval": false}' },
  });

  expect(warnings).toEqual(["p.jsonc: require_approval is an old name; write approvals.merge instead."]);
});

function environmentNameOf(path: string): string {
  return settings.find((each) => each.path === path)?.environmentName ?? "";
}

function defaultOf(path: string): unknown {
  return settings.find((each) => each.path === path)?.defaultValue;
}

function mapEntries(
  entries: Readonly<Record<string, number>>,
  toEntry: (path: string, value: number) => readonly [string, string],
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(entries).map(([path, value]) => toEntry(path, value)));
}

function toText(layer: Readonly<Record<string, number>>): string {
  const nested: Record<string, Record<string, number>> = {};
  for (const [path, value] of Object.entries(layer)) {
    const [section = "", name = ""] = path.split(".");
    nested[section] = { ...nested[section], [name]: value };
  }
  return JSON.stringify(nested);
}

function refusalOf(sources: ConfigSources): Pick<AasError, "code" | "message" | "cure"> {
  try {
    resolveConfig(sources);
  } catch (error) {
    if (!(error instanceof AasError)) throw error;
    return { code: error.code, message: error.message, cure: error.cure };
  }
  throw new Error("It was accepted.");
}
