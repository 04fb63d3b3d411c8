import { expect, test } from "vitest";
import { configSchema } from "./config-schema.ts";
import { oldNames } from "./old-names.ts";
import { sectionMeanings, settings } from "./setting-list.ts";
import { valueAt } from "./value-at.ts";

test("names of environment variables follow from the path and are distinct", () => {
  const names = settings.map(({ environmentName }) => environmentName);

  expect(names).toContain("AAS_BUDGET_PER_RUN_USD");
  expect(names).toContain("AAS_LIMITS_CONCURRENT_RUNS");
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^AAS(?:_[A-Z]+)+$/u.test(name))).toEqual([]);
});

test("every setting and every section says in one line what it is", () => {
  const meanings = [...settings.map(({ meaning }) => meaning), ...sectionMeanings.values()];

  expect(meanings.filter((meaning) => meaning === "" || meaning.includes("\n"))).toEqual([]);
});

test("every old name leads to a setting", () => {
  const paths = new Set(settings.map(({ path }) => path));

  expect([...oldNames.values()].filter((path) => !paths.has(path))).toEqual([]);
});

test("the defaults are what a file without settings gives", () => {
  const config = configSchema.parse({});

  expect(settings.map(({ path }) => valueAt(config, path.split(".")))).toEqual(
    settings.map(({ defaultValue }) => defaultValue),
  );
});

test("secrets and money are recognised", () => {
  const byKind = Map.groupBy(settings, ({ kind }) => kind);
  const pathsOf = (kind: "secret" | "usd"): unknown => byKind.get(kind)?.map(({ path }) => path);

  expect(pathsOf("secret")).toEqual(["notify.discord", "notify.slack"]);
  expect(pathsOf("usd")).toEqual([
    "budget.perRunUsd",
    "budget.warnUsd",
    "budget.perDayUsd",
    "budget.warnPerDayUsd",
    "budget.perProjectUsd",
    "budget.warnPerProjectUsd",
  ]);
});
