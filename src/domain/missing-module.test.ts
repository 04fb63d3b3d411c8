import { expect, test } from "vitest";
import { explainMissingModule } from "./missing-module.ts";

test.each([
  ["Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'left-pad' imported from /box/a.js", "left-pad"],
  ["Error: Cannot find module '@scope/b'\nRequire stack:", "@scope/b"],
  ["E   ModuleNotFoundError: No module named 'requests'", "requests"],
])("%j names what is not in the sandbox", (printed, name) => {
  expect(explainMissingModule(printed)).toBe(
    `${name} is not in the sandbox: of what git ignores (node_modules, .venv) nothing is. See "Checks see what git has" in docs/settings.md.`,
  );
});

test("a failure of another kind points to nothing", () => {
  expect(explainMissingModule("AssertionError: expected 1 to be 2")).toBeNull();
});
