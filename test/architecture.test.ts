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
  const users = files.filter((file) => /["']@dbos-inc\//u.test(readFileSync(join(src, file), "utf8")));

  expect(users.filter((file) => !file.startsWith("adapters/durable-dbos/"))).toEqual([]);
});

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(src, file), "utf8");
  const found = text.matchAll(/(?:\bfrom\s+|\bimport\()"(?<path>\.[^"]+)"/gu);
  return [...found].map(({ groups }) => relative(src, join(src, dirname(file), groups?.["path"] ?? "")));
}

function isAllowed(from: string, to: string): boolean {
  const [fromLayer, toLayer] = [layerOf(from), layerOf(to)];
  if (fromLayer !== toLayer) return mayImport[fromLayer]?.includes(toLayer) ?? false;
  return fromLayer !== "adapters" || from.split("/")[1] === to.split("/")[1];
}

function layerOf(file: string): string {
  return file.split("/")[0] ?? "";
}

function reaches(from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [...(graph.get(from) ?? [])];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (file === to) return true;
    if (seen.has(file)) continue;
    seen.add(file);
    open.push(...(graph.get(file) ?? []));
  }
  return false;
}
