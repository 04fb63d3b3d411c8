import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { AasError } from "../../domain/errors.ts";
import { temporaryFolder } from "../../testing/git-fixtures.ts";
import { chooseStateFolder, makeStateFolder } from "./state-folder.ts";

const isRoot = process.getuid?.() === 0;

test("the state lies where the environment says, for root outside of its closed home", () => {
  const usual = join(homedir(), ".local", "state", "aas");

  expect(chooseStateFolder({ AAS_STATE_HOME: "/srv/aas" })).toBe("/srv/aas");
  expect(chooseStateFolder({ XDG_STATE_HOME: "/x" })).toBe(isRoot ? "/var/lib/aas" : "/x/aas");
  expect(chooseStateFolder({ XDG_STATE_HOME: "x" })).toBe(isRoot ? "/var/lib/aas" : usual);
  expect(chooseStateFolder({})).toBe(isRoot ? "/var/lib/aas" : usual);
});

test.each(["state", "./state", "../state", "~/state"])("%s is refused, because it is relative", (named) => {
  expect(failureOf(() => chooseStateFolder({ AAS_STATE_HOME: named }))).toEqual({
    code: "config_invalid",
    message: `AAS_STATE_HOME is "${named}"; expected an absolute path.`,
    cure: `Set AAS_STATE_HOME to an absolute path, such as ${resolve(named)}.`,
  });
});

test.skipIf(isRoot)("a relative home is refused as well: our folder would lie in the checkout", () => {
  expect(failureOf(() => chooseStateFolder({ HOME: "relative" }))).toEqual({
    code: "config_invalid",
    message: 'HOME is "relative"; expected an absolute path.',
    cure: `Set HOME to an absolute path, such as ${resolve("relative")}.`,
  });
});

test("what is a file cannot be the state folder", () => {
  using scratch = temporaryFolder("aas-state-");
  const file = join(scratch.path, "file");
  writeFileSync(file, "");

  expect(failureOf(() => makeStateFolder(file, join(file, "projects", "a")))).toEqual({
    code: "config_invalid",
    message: `The state folder ${file} cannot be used: ${file} is not a folder.`,
    cure: "Set AAS_STATE_HOME to a folder that you may write.",
  });
});

test.skipIf(isRoot)("a folder that may not be written is refused although our part of it is there", () => {
  using scratch = temporaryFolder("aas-state-");
  const ours = join(scratch.path, "projects", "a");
  mkdirSync(ours, { recursive: true });
  chmodSync(ours, 0o500);

  expect(failureOf(() => makeStateFolder(scratch.path, ours))).toMatchObject({
    code: "config_invalid",
    message: `The state folder ${scratch.path} cannot be used: ${ours} may not be written.`,
  });
  expect(readdirSync(ours)).toEqual([]);
});

test("a folder that is not there yet is made with all above it", () => {
  using scratch = temporaryFolder("aas-state-");
  const ours = join(scratch.path, "state", "projects", "a");

  makeStateFolder(join(scratch.path, "state"), ours);

  expect(existsSync(ours)).toBe(true);
});

function failureOf(work: () => unknown): Pick<AasError, "code" | "message" | "cure"> {
  try {
    work();
  } catch (error) {
    const { code, message, cure } = error as AasError;
    return { code, message, cure };
  }
  throw new TypeError("It was accepted");
}
