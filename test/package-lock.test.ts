import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";

/** `npm ci` refuses a lock that lacks a package of any platform; installing on one machine adds only its own. */
const versions = z.record(z.string(), z.string()).default({});
const locked = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  dependencies: versions,
  devDependencies: versions,
  optionalDependencies: versions,
});
const lockSchema = z.object({ packages: z.record(z.string(), locked) });
const packageSchema = locked.omit({ version: true, resolved: true });

const { packages } = lockSchema.parse(readJson("package-lock.json"));

test("the lock knows the dependencies of package.json as they stand there", () => {
  const { dependencies, devDependencies, optionalDependencies } = packageSchema.parse(
    readJson("package.json"),
  );

  expect(packages[""]).toMatchObject({ dependencies, devDependencies, optionalDependencies });
  for (const [name, version] of Object.entries({
    ...dependencies,
    ...devDependencies,
    ...optionalDependencies,
  }))
    expect([name, packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
});

test("the lock has every package that another one names, those of other platforms too", () => {
  const missing = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => !isFound(path, name)),
  );

  expect(missing).toEqual([]);
});

test("the lock names no address that packages came from", () => {
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

/** As Node looks: beside the package's own files, and in each folder above. */
function isFound(path: string, name: string): boolean {
  const here = path === "" ? "node_modules" : `${path}/node_modules`;
  if (packages[`${here}/${name}`] !== undefined) return true;
  return path !== "" && isFound(path.split("/node_modules/").slice(0, -1).join("/node_modules/"), name);
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), "utf8"));
}
