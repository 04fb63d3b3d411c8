import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ErrorCode } from "../../src/domain/errors.ts";
import { type CommandNode, listCommands } from "../../src/cli/completion/command-tree.ts";
import { exitCodeOfError, exitCodes } from "../../src/cli/exit-codes.ts";
import { makeProgram } from "../../src/cli/main.ts";

const commands = listCommands(makeProgram()).filter(isCallable);
const sections = sectionsOf(readText("docs/cli.md"));

test("every command has a place in docs/cli.md, and no other has", () => {
  expect([...sections.keys()].toSorted()).toEqual(commands.map(({ path }) => `aas ${path}`).toSorted());
});

test("every command has an example that calls it with options it has", () => {
  const faults = commands.flatMap(({ path, options }) => {
    const name = `aas ${path}`;
    const examples = examplesOf(sections.get(name) ?? "");
    const known = new Set([...options.map((option) => option.name), "--json"]);
    const wrong = examples.flatMap(optionsIn).filter((option) => !known.has(option));
    const isCalled = examples.some((example) => example === name || example.startsWith(`${name} `));
    return [
      ...(isCalled ? [] : [`${name}: no example`]),
      ...wrong.map((option) => `${name}: ${option} is not an option`),
    ];
  });

  expect(faults).toEqual([]);
});

test("every option is told where its command is", () => {
  const untold = commands.flatMap(({ path, options }) => {
    const told = optionsIn(sections.get(`aas ${path}`) ?? "");
    return options
      .map((option) => option.name)
      .filter((name) => !["--json", "--help"].includes(name) && !told.includes(name))
      .map((name) => `${path}: ${name}`);
  });

  expect(untold).toEqual([]);
});

test("docs/exit-codes.md has every exit code with its name, and every code of an error at its exit code", () => {
  const rows = readText("docs/exit-codes.md")
    .split("\n")
    .filter((line) => /^\| \d/u.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const errorCodes = readText("src/domain/errors.ts").matchAll(/^ {2}\| "(?<code>\w+)"/gmu);
  const expected = [...errorCodes].map(({ groups }) => groups?.["code"] as ErrorCode);

  const told = rows.map((row): [string, number] => [row[2] ?? "", Number(row[1])]);
  const placed = rows.flatMap((row) =>
    [...(row[5] ?? "").matchAll(/`(?<code>\w+)`/gu)].map(({ groups }) => [groups?.["code"], Number(row[1])]),
  );

  expect(Object.fromEntries(told)).toEqual(exitCodes);
  expect(expected.length).toBeGreaterThan(20);
  expect(Object.fromEntries(placed)).toEqual(
    Object.fromEntries(expected.map((code) => [code, exitCodeOfError(code)])),
  );
});

/** A command that only groups others does nothing by itself. */
function isCallable({ path, children }: CommandNode): boolean {
  return path === "automate" || (path !== "" && children.length === 0);
}

function readText(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

/** What stands below each heading of a command. */
function sectionsOf(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^### `(?<name>aas [^`]+)`$/mu).slice(1);
  const names = parts.filter((_, index) => index % 2 === 0);
  return new Map(names.map((name, index) => [name, parts[index * 2 + 1] ?? ""]));
}

function examplesOf(section: string): readonly string[] {
  const [, fenced = ""] = section.split("```");
  return fenced.split("\n").filter((line) => line !== "");
}

function optionsIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<![\w-])--[a-z][a-z-]*/gu)].map(([option]) => option);
}
