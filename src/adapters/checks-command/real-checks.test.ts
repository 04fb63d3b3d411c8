import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import type { CheckCommand, CheckOutcome } from "../../ports/check-runner.ts";
import type { Sandbox } from "../../ports/sandbox.ts";
import { BubblewrapSandbox } from "../sandbox-bubblewrap/bubblewrap-sandbox.ts";
import { checkToolFolder, SandboxCheckRunner } from "./sandbox-check-runner.ts";

const folder = mkdtempSync(join(tmpdir(), "real-checks-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sandbox: Sandbox = new BubblewrapSandbox({
  findBwrap,
  scratchFolder: join(folder, "scratch"),
  nodePath: process.execPath,
  toolFolder: checkToolFolder,
});
const health = await sandbox.probe();
if (health.kind === "unavailable") process.stderr.write(`check tests skipped: ${health.reason}\n`);
const checks = new SandboxCheckRunner({ sandbox, walls: "test" });

const nodeCheck: CheckCommand = {
  name: "node",
  command: ["node", "--test", "--test-reporter=junit", "--test-reporter-destination={report}"],
  report: "junit",
  timeoutMs: 20_000,
};
const pythonCheck: CheckCommand = {
  name: "python",
  command: ["python3", "/opt/aas/unittest_junit.py", "{report}"],
  report: "junit",
  timeoutMs: 20_000,
};

function treeWith(files: Readonly<Record<string, string>>): string {
  const tree = mkdtempSync(join(folder, "tree-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, name)), { recursive: true });
    writeFileSync(join(tree, name), text);
  }
  return tree;
}

async function run(check: CheckCommand, files: Readonly<Record<string, string>>): Promise<CheckOutcome> {
  return await checks.run(check, treeWith(files), new AbortController().signal);
}

function linesOf(outcome: CheckOutcome): readonly string[] {
  if (outcome.kind !== "ran") return [JSON.stringify(outcome)];
  return outcome.cases.map(
    ({ id, outcome: state, message }) => `${state} ${id}${message === null ? "" : `: ${message}`}`,
  );
}

const nodeTests = `
import { describe, it, test } from "node:test";
import assert from "node:assert/strict";
import { boom } from "../boom.js";
test("adds", () => assert.equal(1 + 1, 2));
describe("outer", () => {
  it("same", () => {});
  it("same", () => boom());
  it("later", { skip: "not now" }, () => {});
  it("to do", { todo: true }, () => boom());
});
test("compares", () => assert.deepEqual({ a: 1 }, { a: 2 }));
`;

describe.skipIf(health.kind === "unavailable")("node --test in the sandbox", () => {
  test("gives one case for each test, with the places in the tree", async () => {
    const outcome = await run(nodeCheck, {
      "package.json": '{"type": "module"}',
      "boom.js": 'export function boom() { throw new RangeError("out of range"); }',
      "test/a.test.js": nodeTests,
    });

    expect(outcome).toMatchObject({ kind: "ran", passed: false });
    expect(linesOf(outcome).toSorted()).toEqual([
      `failed test/a.test.js::outer::same#2: out of range
    at boom (boom.js:1:32)
    at TestContext.<anonymous> (test/a.test.js:8:20)`,
      `failed test/a.test.js::test::compares: Expected values to be strictly deep-equal:
+ actual - expected

  {
+   a: 1
-   a: 2
  }
    at TestContext.<anonymous> (test/a.test.js:12:31)`,
      "passed test/a.test.js::outer::same",
      "passed test/a.test.js::test::adds",
      "skipped test/a.test.js::outer::later: not now",
      "skipped test/a.test.js::outer::to do",
    ]);
  });

  test("says the same in every run", async () => {
    const tree = {
      "a.test.mjs": 'import { test } from "node:test"; test("x", () => { throw new Error("no"); });',
    };

    const [first, second] = [await run(nodeCheck, tree), await run(nodeCheck, tree)];

    expect(linesOf(first)).toEqual(linesOf(second));
    expect(linesOf(first)).toHaveLength(1);
  });

  test("has not run when there is no test, or only an empty file", async () => {
    expect(await run(nodeCheck, { "index.js": "" })).toMatchObject({
      kind: "invalid",
      reason: "no test ran",
    });
    expect(await run(nodeCheck, { "a.test.js": "" })).toMatchObject({
      kind: "invalid",
      reason: "no test ran",
    });
  });

  test("is not believed when the tests end the process with success", async () => {
    const outcome = await run(nodeCheck, {
      "a.test.mjs":
        'import { test } from "node:test"; test("x", () => process.exit(0)); test("y", () => { throw 1; });',
    });

    expect(outcome).toMatchObject({ kind: "invalid", reason: "no test ran" });
  });
});

const pythonTests = `
import sys, unittest
from calc import add

class Calc(unittest.TestCase):
    def test_add(self):
        self.assertEqual(add(1, 2), 3)
    def test_ok(self):
        self.assertEqual(add(0, 0), 0)
    @unittest.skip("later")
    def test_skip(self):
        pass
    @unittest.expectedFailure
    def test_known(self):
        self.fail()
    @unittest.expectedFailure
    def test_mended(self):
        pass
    def test_each(self):
        for number in (1, 2):
            with self.subTest(number=number):
                self.assertEqual(number, 1)
    def test_exit(self):
        sys.exit(0)

class Broken(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise RuntimeError("fixture")
    def test_never(self):
        pass
`;
import { findBwrap } from "../../testing/find-bwrap.ts";

function trace(where: string, line: string): string {
  return `Traceback (most recent call last):\n  File "tests/test_calc.py", line ${where}\n    ${line}`;
}

describe.skipIf(health.kind === "unavailable")("Python's unittest in the sandbox", () => {
  test("gives one case for each test, without pytest", async () => {
    const outcome = await run(pythonCheck, {
      "calc.py": "def add(a, b):\n    return a - b\n",
      "tests/__init__.py": "",
      "tests/test_calc.py": pythonTests,
      "tests/test_import.py": "import nowhere",
    });

    const ids = linesOf(outcome).map((line) => line.replaceAll(/\n +\^+(?=\n)/gu, ""));
    expect(ids).toEqual([
      `errored tests.test_calc.Broken::setUpClass: ${trace("29, in setUpClass", 'raise RuntimeError("fixture")')}\nRuntimeError: fixture`,
      `failed tests/test_calc.py::tests.test_calc.Calc::test_add: ${trace("7, in test_add", "self.assertEqual(add(1, 2), 3)")}\nAssertionError: -1 != 3`,
      `failed tests/test_calc.py::tests.test_calc.Calc::test_each: (number=2)\n${trace("22, in test_each", "self.assertEqual(number, 1)")}\nAssertionError: 2 != 1`,
      `errored tests/test_calc.py::tests.test_calc.Calc::test_exit: ${trace("24, in test_exit", "sys.exit(0)")}\nSystemExit: 0`,
      "passed tests/test_calc.py::tests.test_calc.Calc::test_known",
      "failed tests/test_calc.py::tests.test_calc.Calc::test_mended: Unexpected success: the test is marked as an expected failure",
      "passed tests/test_calc.py::tests.test_calc.Calc::test_ok",
      "skipped tests/test_calc.py::tests.test_calc.Calc::test_skip: later",
      `errored unittest.loader._FailedTest::tests.test_import: ImportError: Failed to import test module: tests.test_import
Traceback (most recent call last):
  File "tests/test_import.py", line 1, in <module>
    import nowhere
ModuleNotFoundError: No module named 'nowhere'`,
    ]);
  });

  test("passes, finds tests where it is told to, and has not run when there is none", async () => {
    const files = {
      "checks/check_a.py": "import unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass\n",
    };
    const told = { ...pythonCheck, command: [...pythonCheck.command, "-s", "checks", "-p", "check_*.py"] };

    expect(await run(told, files)).toMatchObject({
      kind: "ran",
      passed: true,
      cases: [{ id: "checks/check_a.py::check_a.A::test_a" }],
    });
    expect(await run(pythonCheck, files)).toMatchObject({ kind: "invalid", reason: "no test ran" });
  });
});

test.skipIf(health.kind === "unavailable")("what the sandbox costs is told", async () => {
  const tree = treeWith({ "a.test.mjs": 'import { test } from "node:test"; test("x", () => {});' });
  const signal = new AbortController().signal;
  const nothing: CheckCommand = { name: "true", command: ["true"], report: "exit_code", timeoutMs: 20_000 };
  const testFile = ["--test", join(tree, "a.test.mjs")];

  const figures = {
    "true in the sandbox": await medianMs(() => checks.run(nothing, tree, signal)),
    "node --test bare": await medianMs(() => promisify(execFile)(process.execPath, testFile)),
    "node --test in the sandbox": await medianMs(() => checks.run(nodeCheck, tree, signal)),
  };

  const told = Object.entries(figures).map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`);
  process.stdout.write(`sandbox overhead: ${told.join(", ")}\n`);
  expect(await checks.run(nodeCheck, tree, signal)).toMatchObject({ kind: "ran", passed: true });
});

async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return times.toSorted((a, b) => a - b)[2] ?? Number.NaN;
}
