import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../testing/git-fixtures.ts";
import { findBwrap, findProgram } from "./find-program.ts";

const scratch = temporaryFolder("aas-programs-");
const [first, second] = [join(scratch.path, "first"), join(scratch.path, "second")];
const env = { PATH: `:${first}::${second}` };

beforeAll(() => {
  for (const folder of [first, second]) {
    mkdirSync(folder);
    writeFileSync(join(folder, "bwrap"), "#!/bin/sh\n");
  }
  chmodSync(join(second, "bwrap"), 0o755);
});

afterAll(() => scratch[Symbol.dispose]());

test("a program is the first on PATH that can be started", () => {
  expect(findProgram("bwrap", env)).toBe(join(second, "bwrap"));
});

test("one that is on no folder of PATH is not there", () => {
  expect(findProgram("nothing-of-that-name", env)).toBeNull();
  expect(findProgram("bwrap", {})).toBeNull();
});

test("a path is taken as it is, if it can be started", () => {
  expect(findProgram(join(second, "bwrap"), {})).toBe(join(second, "bwrap"));
  expect(findProgram(join(first, "bwrap"), env)).toBeNull();
});

test("the sandbox's program is the one that the variable names, and an empty variable names none", () => {
  expect(findBwrap({ ...env, AAS_BWRAP: join(second, "bwrap") })).toBe(join(second, "bwrap"));
  expect(findBwrap({ ...env, AAS_BWRAP: join(first, "bwrap") })).toBeNull();
  expect(findBwrap({ ...env, AAS_BWRAP: "" })).toBe(join(second, "bwrap"));
});
