import { expect, test } from "vitest";
import { codeOf } from "./errno-code.ts";

test.each([
  [Object.assign(new Error("no"), { code: "ENOENT" }), "ENOENT"],
  [Object.assign(new Error("no"), { code: 2 }), ""],
  [new Error("ENOENT"), ""],
  ["ENOENT", ""],
])("the code of %o is %j", (error, code) => {
  expect(codeOf(error)).toBe(code);
});
