import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../testing/git-fixtures.ts";
import type { DyingOptions } from "./dying-crash-points.ts";

const module = fileURLToPath(new URL("dying-crash-points.ts", import.meta.url));

/** A process that comes to these points, one after the other. */
function walk(
  points: readonly string[],
  options: Omit<DyingOptions, "signal" | "traceFile">,
): readonly string[] {
  using folder = temporaryFolder();
  const traceFile = join(folder.path, "trace");
  writeFileSync(traceFile, "");
  const given = JSON.stringify({ ...options, traceFile, signal: "SIGKILL" });
  const script = `import { makeDyingCrashPoints } from ${JSON.stringify(module)};
    const points = makeDyingCrashPoints(${given});
    for (const name of ${JSON.stringify(points)}) points.reach(name);`;
  const { signal } = spawnSync(process.execPath, ["--input-type=module", "--eval", script]);
  const trace = readFileSync(traceFile, "utf8").trim().split("\n");
  return [...trace.map((line) => line.split(" ")[1] ?? ""), ...(signal === null ? [] : [signal])];
}

test("a process dies at the named point when it comes there for the given time", () => {
  expect(walk(["a", "b", "a", "c"], { at: "a#2", knownFile: null })).toEqual(["a", "b", "a", "SIGKILL"]);
  expect(walk(["a", "b"], { at: "a#2", knownFile: null })).toEqual(["a", "b"]);
});

test("a process dies when it has come to so many different points", () => {
  const walked = walk(["a", "a", "b", "a", "c", "d"], { at: "any#3", knownFile: null });

  expect(walked).toEqual(["a", "a", "b", "a", "c", "SIGKILL"]);
});

test("a process dies at the first point that nobody has died at, and notes it", () => {
  using folder = temporaryFolder();
  const knownFile = join(folder.path, "known");

  expect(walk(["a", "b"], { at: "new", knownFile })).toEqual(["a", "SIGKILL"]);
  expect(walk(["a", "b"], { at: "new", knownFile })).toEqual(["a", "b", "SIGKILL"]);
  expect(walk(["a", "b"], { at: "new", knownFile })).toEqual(["a", "b"]);
});

test("a process that shall die nowhere only traces", () => {
  expect(walk(["a", "b"], { at: "", knownFile: null })).toEqual(["a", "b"]);
});
