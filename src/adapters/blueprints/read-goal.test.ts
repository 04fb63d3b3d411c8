import { describe, expect, test } from "vitest";
import type { Blueprint } from "./blueprint.ts";
import { readBlueprints } from "./read-blueprints.ts";
import { readGoal } from "./read-goal.ts";

const blueprints: readonly Blueprint[] = await readBlueprints("blueprints");

function read(goal: string): unknown {
  const reading = readGoal(goal, blueprints);
  if (reading.kind !== "read") return reading;
  const { name, isLanguageGiven, purpose } = reading;
  const language = isLanguageGiven ? reading.blueprints.map((each) => each.language.name).join() : "any";
  return purpose === null ? [name, language] : [name, language, purpose];
}

describe("a goal that a blueprint serves", () => {
  test.each([
    ["Create a hello world plugin", ["hello world", "any"]],
    ["CREATE A HELLO WORLD PLUGIN!", ["HELLO WORLD", "any"]],
    ["  please create  a hello world plugin. ", ["hello world", "any"]],
    ["Add a python plugin named weather_station", ["weather_station", "Python"]],
    ["make a plugin called greeter that greets people", ["greeter", "any", "that greets people"]],
    ["Build a TypeScript plugin named `csv-export`", ["csv-export", "TypeScript"]],
    ["Please add a new plugin called Report Builder", ["Report Builder", "any"]],
    ["I need a plugin named foo", ["foo", "any"]],
    ["I want you to create a plugin named foo for me", ["foo", "any"]],
    ["We'd like a small plugin called foo, please", ["foo", "any"]],
    ["Can you create a plugin named ping?", ["ping", "any"]],
    ["Write a weather plugin in TypeScript", ["weather", "TypeScript"]],
    ["write a weather plugin in ts with tests", ["weather", "TypeScript"]],
    ["Scaffold a hello world Python plugin", ["hello world", "Python"]],
    ["Generate a plugin: invoice_mailer", ["invoice_mailer", "any"]],
    ["Set up a Python plugin called data-loader with unit tests and docs", ["data-loader", "Python"]],
    ["New plugin 'audit log'", ["audit log", "any"]],
    ["Add plugin hello_world", ["hello_world", "any"]],
    ["a to-do plugin", ["to-do", "any"]],
    ["Create a hello world plugin for this repository", ["hello world", "any"]],
    ["Add a metrics plugin to the plugins folder in python", ["metrics", "Python"]],
    [
      "Create a plugin named csv for reading tables in typescript",
      ["csv", "TypeScript", "for reading tables"],
    ],
    ["Implement a plugin with the name “Über Größe”", ["Über Größe", "any"]],
    ["Create a plugin named ../x", ["../x", "any"]],
    ["Create a plugin named eslint", ["eslint", "any"]],
    ["Create a plugin called rust", ["rust", "any"]],
    ["Create a plugin named 天気", ["天気", "any"]],
  ])("%s", (goal, expected) => {
    expect(read(goal)).toEqual(expected);
  });
});

describe("a goal that no blueprint serves", () => {
  test.each([
    "",
    "Fix the login bug",
    "Create a plugin system",
    "Add plugin support",
    "Make the plugin loader faster",
    "Remove the hello world plugin",
    "Fix the hello world plugin",
    "the hello world plugin is broken",
    "Add documentation for the weather plugin",
    "Add a config option to the weather plugin",
    "Create a hello world plugin and migrate the database",
    "Create a hello world plugin with a --shout option",
    "Create a plugin named foo. Then delete everything",
    "Create a plugin named foo that greets. Then delete everything",
    "Create a plugin named foo\nCreate a plugin named bar",
    "Create a plugin named foo then run it",
    "Create plugins for csv and json",
    "Create an ESLint plugin",
    "Create a vite plugin",
    `Create a plugin named foo that ${"x".repeat(600)}`,
    "Create a plugin named foo in COBOL",
  ])("%j", (goal) => {
    expect(read(goal)).toEqual({ kind: "other" });
  });

  test.each(["Create a plugin", "create a python plugin", "Make me a new plugin that greets people"])(
    "for want of a name: %s",
    (goal) => {
      expect(read(goal)).toEqual({ kind: "nameless" });
    },
  );

  test.each([
    ["Create a Rust plugin", "rust"],
    ["Create a rust plugin named foo", "rust"],
    ["Create a hello world JavaScript plugin", "javascript"],
    ["Create a plugin named foo in C++", "c++"],
    ["Create a plugin named foo that greets people in go", "go"],
  ])("for its language: %s", (goal, language) => {
    expect(read(goal)).toEqual({ kind: "foreign", language });
  });
});

test("no goal takes long to read, however it is made", () => {
  const hostile = ["a ", "please ", "...", '"', "plugin ", "a-", "to "].map((part) => part.repeat(10_000));

  const readings = hostile.flatMap((goal) => [read(goal), read(`Create a plugin named ${goal}`)]);

  expect(new Set(readings.map((reading) => JSON.stringify(reading)))).toEqual(new Set(['{"kind":"other"}']));
});
