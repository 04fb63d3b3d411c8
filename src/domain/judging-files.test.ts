import { expect, test } from "vitest";
import { isJudgingFile } from "./judging-files.ts";

function check(command: string, report: "junit" | "exit_code" = "exit_code") {
  return [{ command: command.split(" "), report }];
}

test.each([
  ["package.json", "npm test"],
  ["packages/a/package.json", "npm test"],
  [".npmrc", "npx vitest"],
  ["Makefile", "make check"],
  ["check.sh", "sh check.sh"],
  ["scripts/Check.sh", "./scripts/check.sh"],
  ["tsconfig.json", "node node_modules/typescript/bin/tsc --noEmit -p ."],
  ["vite.config.ts", "node node_modules/vitest/vitest.mjs run"],
  ["package.json", "node node_modules/jest/bin/jest.js --ci"],
  ["test/conftest.py", "python3 -m pytest"],
])("%s decides what %j says", (path, command) => {
  expect(isJudgingFile(path, check(command))).toBe(true);
});

test.each([
  ["package.json", "node --test"],
  ["src/npm.ts", "npm test"],
  ["test/a.test.js", "node --test test/"],
  ["makefile.md", "make check"],
])("%s does not decide what %j says", (path, command) => {
  expect(isJudgingFile(path, check(command))).toBe(false);
});

test("a test file that a command names is a judge only where no report tells its tests apart", () => {
  expect(isJudgingFile("all.test.js", check("node --test all.test.js", "junit"))).toBe(false);
  expect(isJudgingFile("all.test.js", check("node all.test.js"))).toBe(true);
});
