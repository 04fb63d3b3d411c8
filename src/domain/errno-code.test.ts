import { expect, test } from "vitest";
import { codeOf, isOfFullDisk } from "./errno-code.ts";

function withCode(code: unknown): Error {
  return Object.assign(new Error("no"), { code });
}

test.each([
  [withCode("ENOENT"), "ENOENT"],
  [withCode(2), ""],
  [new Error("ENOENT"), ""],
  ["ENOENT", ""],
])("the code of %o is %j", (error, code) => {
  expect(codeOf(error)).toBe(code);
});

test.each([
  [withCode("ENOSPC"), true],
  [new Error("git failed", { cause: withCode("EDQUOT") }), true],
  [withCode("ENOENT"), false],
  [new Error("ENOSPC"), false],
  [{ code: "ENOSPC" }, false],
])("whether the disk is full according to %o: %j", (error, is) => {
  expect(isOfFullDisk(error)).toBe(is);
});
