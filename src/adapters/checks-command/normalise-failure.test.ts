import fc from "fast-check";
import { expect, test } from "vitest";
import { normaliseFailure, withoutTreeFolder } from "./normalise-failure.ts";

test("a JavaScript failure keeps its words and the frames inside the tree", () => {
  const text = `AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

1 !== 2

    at TestContext.<anonymous> (file:///box/test/a.test.js:4:83)
    at add (/box/src/add.js:1:9)
    at Test.runInAsyncScope (node:async_hooks:227:14)
    at node:internal/test_runner/test:1903:71
    at new Promise (<anonymous>)
    at async Promise.all (index 0)
    at run (file:///box/node_modules/runner/index.js:9:1)
    at tool (/opt/node/lib/tool.js:1:1)
    ... 4 lines matching cause stack trace ...`;

  expect(normaliseFailure(text)).toBe(`AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

1 !== 2

    at TestContext.<anonymous> (test/a.test.js:4:83)
    at add (src/add.js:1:9)`);
});

test("a Python failure loses the frames of the library with their source lines", () => {
  const text = `Traceback (most recent call last):
  File "/usr/lib/python3.11/unittest/case.py", line 57, in testPartExecutor
    yield
    ^^^^^
  File "/box/tests/test_calc.py", line 4, in test_add
    self.assertEqual(add(1, 2), 3)
  File "<frozen importlib._bootstrap>", line 241, in _call_with_frames_removed
  File "/box/.venv/lib/python3.11/site-packages/x.py", line 1, in y
    z()
AssertionError: -1 != 3
`;

  expect(normaliseFailure(text)).toBe(`Traceback (most recent call last):
  File "tests/test_calc.py", line 4, in test_add
    self.assertEqual(add(1, 2), 3)
AssertionError: -1 != 3`);
});

test("vitest's places are kept when they are in the tree", () => {
  const text = "Error: x\n ❯ src/a.test.ts:3:252\n ❯ node_modules/vitest/dist/x.js:1:1\n ❯ /box/src/b.ts:1:2";

  expect(normaliseFailure(text)).toBe("Error: x\n ❯ src/a.test.ts:3:252\n ❯ src/b.ts:1:2");
});

test.each([
  ["✔ adds (0.672568ms)", "✔ adds (<time>)"],
  ["Ran 3 tests in 0.004s", "Ran 3 tests in <time>"],
  ["ℹ duration_ms 260.483279", "ℹ duration_ms <time>"],
  ["duration: 12.5", "duration: <time>"],
  ["✓ adds (12 ms)", "✓ adds (<time>)"],
  ["<object object at 0x7ffbbeb64730>", "<object object at 0x…>"],
  ["open '/tmp/tmpab12_x/file.txt'", "open '/tmp/…'"],
])("what changes from run to run is left out: %s", (line, steady) => {
  expect(normaliseFailure(line)).toBe(steady);
});

test.each([
  "test timed out after 20ms",
  "Timeout of 5000ms exceeded",
  "expected '90 s' to be '1 min 30 s'",
  "expected '1.50 s' to be '1.5 s'",
  "expected 0.1 to be 0.25",
  "at the time: noon",
  "look at me\n  at the end of a sentence: 5",
  "expected 0xff to be 0xfe",
])("what a test says is kept: %s", (line) => {
  expect(normaliseFailure(line)).toBe(line);
});

function failure(run: { readonly ms: string; readonly address: string; readonly folder: string }): string {
  return `Error: no file /tmp/${run.folder}/x at 0x${run.address}\n    at f (/box/a.js:1:2)\n✖ f (${run.ms}ms)`;
}

test("two runs of the same failure read the same", () => {
  const first = normaliseFailure(failure({ ms: "0.123456", address: "7f0011223344", folder: "a-Xy12" }));
  const second = normaliseFailure(failure({ ms: "18.9", address: "55aabbccddee", folder: "a-Qq98" }));

  expect(first).toBe(second);
});

test("a long text keeps its beginning and its end", () => {
  const text = normaliseFailure(`start ${"x".repeat(50_000)} end`);

  expect(text.length).toBeLessThan(4100);
  expect(text).toMatch(/^start x+\n… \(46010 characters left out\) …\nx+ end$/u);
});

test("the folder of the tree is taken off paths, and off nothing that only looks like it", () => {
  expect(withoutTreeFolder("file:///box/a.js /box/b.js (/box/c.js:1)")).toBe("a.js b.js (c.js:1)");
  expect(withoutTreeFolder("/my/box/a /boxes/b mailbox/c")).toBe("/my/box/a /boxes/b mailbox/c");
});

test("what was made steady once stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300, unit: "grapheme" }), (text) => {
      expect(normaliseFailure(normaliseFailure(text))).toBe(normaliseFailure(text));
    }),
  );
});
