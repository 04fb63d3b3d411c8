import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readBlueprints } from "./read-blueprints.ts";
import { renderBlueprint } from "./render-blueprint.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aas-blueprints-"));
  cpSync("blueprints/python-plugin", join(folder, "python-plugin"), { recursive: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function rewrite(file: string, change: (text: string) => string): void {
  const path = join(folder, "python-plugin", file);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

function manifest(from: string, to: string): void {
  rewrite("blueprint.jsonc", (text) => text.replace(from, to));
}

test("the built-in blueprints are there, the usual one first", async () => {
  const blueprints = await readBlueprints("blueprints");

  expect(blueprints.map(({ name, version, language }) => [name, version, language.name])).toEqual([
    ["python-plugin", "1.0.0", "Python"],
    ["ts-plugin", "1.0.0", "TypeScript"],
  ]);
});

test.each([
  ["no manifest", () => rmSync(join(folder, "python-plugin/blueprint.jsonc")), "It has no blueprint.jsonc."],
  ["broken JSON", () => manifest('"version":', '"version"'), "blueprint.jsonc, line 3"],
  ["another name than its folder", () => manifest('"python-plugin"', '"other"'), "must be the same"],
  ["a setting nobody knows", () => manifest('"owns"', '"owned"'), "owned"],
  ["a missing template", () => manifest('"init.py.j2"', '"gone.py.j2"'), "gone.py.j2 is missing."],
  ["a template outside of it", () => manifest('"init.py.j2"', '"../x"'), "a path inside the blueprint"],
  ["a bad pattern", () => manifest("{1,120}", "{1,120"), "The pattern of purpose is no regular expression."],
  [
    "a default that does not fit",
    () => manifest('"that greets', '"\\" + that'),
    "does not fit its own pattern",
  ],
  ["edits", () => manifest('"edits": []', '"edits": ["x"]'), "edits"],
  [
    "a variable that nothing uses",
    () => manifest('"purpose": {', '"color": { "type": "text", "description": "d" }, "purpose": {'),
    "No template uses the variable color.",
  ],
  [
    "an undeclared variable behind a filter",
    () => rewrite("init.py.j2", (text) => `${text}# {{ nope | upper }}\n`),
    "plugins/{{ name }}/__init__.py uses nope, which is not declared.",
  ],
  [
    "an undeclared variable in a condition",
    () => rewrite("init.py.j2", (text) => `${text}{% if nope and name != "nope.x" %}{% endif %}`),
    "uses nope, which is not declared.",
  ],
])("a blueprint with %s is refused and says so", async (_, spoil, complaint) => {
  spoil();

  await expect(readBlueprints(folder)).rejects.toMatchObject({
    code: "blueprint_invalid",
    message: expect.stringContaining(complaint) as string,
  });
});

test.each([
  [{}, "name is missing"],
  [{ name: "Hello" }, 'name cannot be "Hello"'],
  [{ name: "../x" }, 'name cannot be "../x"'],
  [{ name: "x", purpose: '"""' }, "purpose cannot be"],
  [{ name: "x", purpose: "two\nlines" }, "purpose cannot be"],
  [{ name: "x", color: "red" }, "python-plugin has no variable color."],
])("the variables %j are refused", async (variables, complaint) => {
  const [blueprint] = await readBlueprints(folder);

  expect(blueprint && (await renderBlueprint(blueprint, variables))).toEqual({
    kind: "refused",
    problems: [expect.stringContaining(complaint)],
  });
});

test("a template that panics or never ends is a refusal, and the next one renders as ever", async () => {
  const [sound] = await readBlueprints(folder);
  const endless = "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}";
  for (const fault of ["{{ 5 // 0 }}", endless, "{{ name.nope }}", "{{"]) {
    const path = join(folder, "python-plugin/init.py.j2");
    const source = readFileSync(path, "utf8");
    writeFileSync(path, source + fault);
    const [broken] = await readBlueprints(folder);
    writeFileSync(path, source);

    expect(broken && (await renderBlueprint(broken, { name: "x" }))).toMatchObject({ kind: "refused" });
    expect(sound && (await renderBlueprint(sound, { name: "x" }))).toMatchObject({ kind: "rendered" });
  }
});
