import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const domain = join(root, "src/domain");

interface Entry {
  readonly name: string;
  readonly meaning: string;
  readonly isType: boolean;
}

/** First cells of the tables: a type in `code`, a word without a type in **bold**. */
const entries = readFileSync(join(root, "docs/glossary.md"), "utf8").split("\n").flatMap(entriesOf);
const types = entries.filter(({ isType }) => isType).map(({ name }) => name);

function entriesOf(line: string): readonly Entry[] {
  const found = /^\| (?<quote>`|\*\*)(?<name>[A-Za-z]+)\k<quote>.* \| (?<meaning>.+) \|$/u.exec(line)?.groups;
  if (found === undefined) return [];
  const { quote, name = "", meaning = "" } = found;
  return [{ name, meaning, isType: quote === "`" }];
}

const nouns = readdirSync(domain, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .flatMap((file) => nounsOf(readFileSync(join(domain, file), "utf8")));

function nounsOf(source: string): readonly string[] {
  const found = source.matchAll(/^export (?:abstract )?(?:interface|type|class|enum) (?<name>\w+)/gmu);
  return [...found].flatMap(({ groups }) => groups?.["name"] ?? []);
}

test("there are nouns to explain", () => {
  expect(nouns.length).toBeGreaterThan(80);
  expect(
    nounsOf("export interface A {\n}\nexport type B =\n  | 1;\nexport class C {}\nexport function d() {}"),
  ).toEqual(["A", "B", "C"]);
});

test("every noun that the domain exports stands in the glossary", () => {
  expect(nouns.filter((noun) => !types.includes(noun))).toEqual([]);
});

test("the glossary explains no type that is gone", () => {
  expect(types.filter((name) => !nouns.includes(name))).toEqual([]);
});

test("every word is explained once, in one line", () => {
  const names = entries.map(({ name }) => name);

  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(entries.filter(({ meaning }) => meaning.length < 10)).toEqual([]);
});

test("words banned in names are not in any name of the domain", () => {
  const banned =
    /(?:Manager|Helper|Utils?|Common|Misc|Data|Info|Service|Processor|Handler|Base|Impl|Interface)$/u;

  expect(nouns.filter((noun) => banned.test(noun))).toEqual([]);
});
