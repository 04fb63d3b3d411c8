import { expect, test } from "vitest";
import { parseJunitReport } from "./junit-report.ts";

function suite(cases: string): string {
  return `<?xml version="1.0"?><testsuites><testsuite name="s">${cases}</testsuite></testsuites>`;
}

function casesOf(xml: string): unknown {
  const parsed = parseJunitReport(xml);
  return parsed.kind === "report" ? parsed.report.cases : parsed;
}

test("node:test: suites are nested, files absolute, and a failure keeps its words and its places", () => {
  const xml = `<?xml version="1.0" encoding="utf-8"?>
<testsuites>
  <testcase name="adds" time="0.0006" classname="test" file="/box/test/a.test.js"/>
  <testsuite name="outer"><testsuite name="inner">
    <testcase name="fails" time="0.0008" classname="outer.inner" file="/box/test/a.test.js" failure="Expected:&#10;&#10;1 !== 2">
      <failure type="testCodeFailure" message="Expected:&#10;&#10;1 !== 2">
Error [ERR_TEST_FAILURE]: Expected:

1 !== 2

    at new Promise (&lt;anonymous>) {
  code: 'ERR_TEST_FAILURE',
  failureType: 'testCodeFailure',
  cause: AssertionError [ERR_ASSERTION]: Expected:
      at TestContext.&lt;anonymous> (file:///box/test/a.test.js:4:83)
      at Test.runInAsyncScope (node:async_hooks:227:14) {
    generatedMessage: true
  }
}
      </failure>
    </testcase>
    <testcase name="later" classname="outer.inner" file="/box/test/a.test.js"><skipped type="skipped" message="not now"/></testcase>
    <testcase name="to do" classname="outer.inner" file="/box/test/a.test.js">
      <skipped type="todo" message="true"/><failure type="testCodeFailure" message="t">x</failure>
    </testcase>
  </testsuite></testsuite>
</testsuites>`;

  expect(casesOf(xml)).toEqual([
    { id: "test/a.test.js::test::adds", outcome: "passed", message: null },
    {
      id: "test/a.test.js::outer.inner::fails",
      outcome: "failed",
      message: "Expected:\n\n1 !== 2\n    at TestContext.<anonymous> (test/a.test.js:4:83)",
    },
    { id: "test/a.test.js::outer.inner::later", outcome: "skipped", message: "not now" },
    { id: "test/a.test.js::outer.inner::to do", outcome: "skipped", message: null },
  ]);
});

test("node:test: a file without a test is no test; a file that broke is a failure", () => {
  const xml = suite(`
    <testcase name="test/empty.test.js" classname="test" file="/box/test/empty.test.js"/>
    <testcase name="test/broken.test.js" classname="test" file="/box/test/broken.test.js">
      <failure type="testCodeFailure" message="test failed">[Error: test failed] { code: 'ERR_TEST_FAILURE' }</failure>
    </testcase>`);

  expect(casesOf(xml)).toEqual([
    { id: "test/broken.test.js::test::test/broken.test.js", outcome: "failed", message: "test failed" },
  ]);
});

test("pytest: classes, parameters, errors in a fixture, and a tear-down that breaks a passed test", () => {
  const xml = suite(`
    <testcase classname="tests.test_calc.TestAdd" name="test_add[1-2]" time="0.001" />
    <testcase classname="tests.test_calc" name="test_sub" time="0.001"><failure message="assert 1 == 2">def test_sub():
&gt;       assert 1 == 2
E       assert 1 == 2

tests/test_calc.py:5: AssertionError</failure></testcase>
    <testcase classname="tests.test_calc" name="test_fixture"><error message="failed on setup with &quot;boom&quot;">trace</error></testcase>
    <testcase classname="tests.test_calc" name="test_skip"><skipped type="pytest.skip" message="why">x.py:1: why</skipped></testcase>
    <testcase classname="" name="tests.test_bad"><error message="collection failure">ImportError</error></testcase>`);

  expect(casesOf(xml)).toEqual([
    { id: "tests.test_calc.TestAdd::test_add[1-2]", outcome: "passed", message: null },
    {
      id: "tests.test_calc::test_sub",
      outcome: "failed",
      message:
        "def test_sub():\n>       assert 1 == 2\nE       assert 1 == 2\n\ntests/test_calc.py:5: AssertionError",
    },
    {
      id: "tests.test_calc::test_fixture",
      outcome: "errored",
      message: 'failed on setup with "boom"\ntrace',
    },
    { id: "tests.test_calc::test_skip", outcome: "skipped", message: "x.py:1: why" },
    { id: "tests.test_bad", outcome: "errored", message: "collection failure\nImportError" },
  ]);
});

test("vitest: the suite path is in the name, and the same name twice is told apart", () => {
  const xml = suite(`
    <testcase classname="a.test.ts" name="outer &gt; same" time="0.1"></testcase>
    <testcase classname="a.test.ts" name="outer &gt; same" time="0.2"><failure message="x" type="RangeError">
RangeError: x
 ❯ a.test.ts:3:252
    </failure></testcase>`);

  expect(casesOf(xml)).toEqual([
    { id: "a.test.ts::outer > same", outcome: "passed", message: null },
    { id: "a.test.ts::outer > same#2", outcome: "failed", message: "RangeError: x\n ❯ a.test.ts:3:252" },
  ]);
});

test("a single suite without a frame around it is a report too", () => {
  const xml = '<testsuite><testcase name="a"/></testsuite>';

  expect(casesOf(xml)).toEqual([{ id: "a", outcome: "passed", message: null }]);
});

test("a report without a test is a report with no case, not an invalid one", () => {
  expect(casesOf("<testsuites></testsuites>")).toEqual([]);
  expect(casesOf("<testsuites/>")).toEqual([]);
});

test("names that mean something to JavaScript are only names", () => {
  const xml = suite('<testcase name="__proto__"/><testcase name="constructor" classname="toString"/>');

  expect(casesOf(xml)).toEqual([
    { id: "__proto__", outcome: "passed", message: null },
    { id: "toString::constructor", outcome: "passed", message: null },
  ]);
});

test("colours and control characters, which XML cannot carry, are dropped", () => {
  const xml = suite(
    '<testcase name="a\u0000&#7;b"><failure message="\u001B[31mred\u001B[0m &amp;lt; &#x41; &#9999999;"/></testcase>',
  );

  expect(casesOf(xml)).toEqual([{ id: "ab", outcome: "failed", message: "red &lt; A" }]);
});

test("a document type in the text of a test about HTML is only text", () => {
  const xml = suite("<testcase name='a'><system-out><![CDATA[<!DOCTYPE html>]]></system-out></testcase>");

  expect(casesOf(xml)).toEqual([{ id: "a", outcome: "passed", message: null }]);
});

test.each([
  ["a document type", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuites/>'],
  ["a document type in small letters", "<!doctype x><testsuites/>"],
  ["entities that explode", '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuites name="&b;"/>'],
  ["a report that was cut off", suite('<testcase name="a"/>').slice(0, -20)],
  ["a web page", "<html><body>502</body></html>"],
  ["plain text", "3 passed"],
  ["JSON", '{"tests": 3}'],
  ["nothing", ""],
  ["two roots", "<testsuites/><testsuites/>"],
  ["tags that do not match", "<testsuites><testcase></testsuites></testcase>"],
  ["absurd nesting", "<testsuites>".repeat(5000) + "</testsuites>".repeat(5000)],
])("%s is invalid", (_what, xml) => {
  expect(parseJunitReport(xml)).toEqual({ kind: "invalid", reason: expect.any(String) as string });
});

test("a report of twenty thousand tests is read", () => {
  const cases = Array.from(
    { length: 20_000 },
    (_, index) => `<testcase classname="c" name="n&amp;${index}"/>`,
  );

  expect(casesOf(suite(cases.join("\n")))).toHaveLength(20_000);
});
