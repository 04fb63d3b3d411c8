import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const src = fileURLToPath(new URL("../src", import.meta.url));

const mayImport: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  ports: ["domain"],
  pipeline: ["domain", "ports"],
  config: ["domain"],
  adapters: ["domain", "ports"],
  app: ["domain", "ports", "pipeline", "config", "adapters"],
  cli: ["domain", "ports", "pipeline", "config", "app"],
};

const anyImport = /(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)"(?<path>\.[^"]+)"/gu;
/** Without types, and without what is only imported when it is needed. */
const loadedAtOnce = /^(?:import|export)\s+(?!type\b)(?:[^;"]*?\bfrom\s+)?"(?<path>\.[^"]+)"/gmu;

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !/\.(?:test|fixture)\.ts$/u.test(file))
  .filter((file) => !file.startsWith("testing/"));
const graph = new Map(files.map((file) => [file, importsOf(file)]));

test("there is source to check", () => {
  expect(files.length).toBeGreaterThan(100);
  expect([...graph.values()].flat().length).toBeGreaterThan(100);
});

test("imports follow the layer table", () => {
  const broken = [...graph].flatMap(([from, targets]) =>
    targets.filter((to) => !isAllowed(from, to)).map((to) => `${from} -> ${to}`),
  );

  expect(broken).toEqual([]);
});

test("no file imports itself through others", () => {
  expect(files.filter((file) => reaches(file, file))).toEqual([]);
});

test("only the durable adapter knows its engine, and the command line never loads it", () => {
  const users = files.filter((file) => /["']@dbos-inc\//u.test(textOf(file)));
  const loaded = new Map(files.map((file) => [file, targetsIn(file, loadedAtOnce)]));
  const commandLine = files.filter((file) => file.startsWith("cli/"));

  expect(users.length).toBeGreaterThan(0);
  expect(users.filter((file) => !file.startsWith("adapters/durable-dbos/"))).toEqual([]);
  expect(commandLine.length).toBeGreaterThan(20);
  expect(commandLine.filter((file) => users.some((user) => reaches(file, user, loaded)))).toEqual([]);
});

test("an import is seen whatever it is written like", () => {
  const text = [
    'import "./effect.ts";',
    'import type { A } from "./type.ts";',
    'import {\n  b,\n} from "./value.ts";',
    'export { c } from "./again.ts";',
    'const d = await import("./later.ts");',
    'import e from "elsewhere";',
  ].join("\n");

  const [all, atOnce] = [anyImport, loadedAtOnce].map((pattern) => pathsIn(text, pattern));

  expect(all).toEqual(["./effect.ts", "./type.ts", "./value.ts", "./again.ts", "./later.ts"]);
  expect(atOnce).toEqual(["./effect.ts", "./value.ts", "./again.ts"]);
});

test("a vendor's adapter knows no other vendor, also among the providers", () => {
  const [openai, gemini, wire] = ["openai", "gemini", "wire"].map(
    (name) => `adapters/providers/${name}/a.ts`,
  );

  expect(isAllowed(openai ?? "", wire ?? "")).toBe(true);
  expect(isAllowed(openai ?? "", openai ?? "")).toBe(true);
  expect(isAllowed(openai ?? "", gemini ?? "")).toBe(false);
  expect(isAllowed(wire ?? "", gemini ?? "")).toBe(false);
  expect(isAllowed("adapters/git-cli/a.ts", wire ?? "")).toBe(false);
  expect(isAllowed("adapters/git-cli/a.ts", "adapters/git-cli/b/c.ts")).toBe(true);
});

function textOf(file: string): string {
  return readFileSync(join(src, file), "utf8");
}

function importsOf(file: string): readonly string[] {
  return targetsIn(file, anyImport);
}

function targetsIn(file: string, pattern: RegExp): readonly string[] {
  return pathsIn(textOf(file), pattern).map((path) => relative(src, join(src, dirname(file), path)));
}

function pathsIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(({ groups }) => groups?.["path"] ?? "");
}

function isAllowed(from: string, to: string): boolean {
  const [fromLayer, toLayer] = [layerOf(from), layerOf(to)];
  if (fromLayer !== toLayer) return mayImport[fromLayer]?.includes(toLayer) ?? false;
  if (fromLayer !== "adapters" || adapterOf(from) === adapterOf(to)) return true;
  return adapterOf(from).startsWith("providers/") && adapterOf(to) === "providers/wire";
}

/** Each provider is an adapter of its own; what they share stands beside them. */
function adapterOf(file: string): string {
  const [, folder = "", vendor = ""] = file.split("/");
  return folder === "providers" ? `${folder}/${vendor}` : folder;
}

function layerOf(file: string): string {
  return file.split("/")[0] ?? "";
}

function reaches(from: string, to: string, imports = graph): boolean {
  const seen = new Set<string>();
  const open = [...(imports.get(from) ?? [])];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (file === to) return true;
    if (seen.has(file)) continue;
    seen.add(file);
    open.push(...(imports.get(file) ?? []));
  }
  return false;
}
