import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { checkList } from "../check-setting.ts";
import { detectChecks } from "./detect-checks.ts";

const junit = [
  "--test-reporter=spec",
  "--test-reporter-destination=stdout",
  "--test-reporter=junit",
  "--test-reporter-destination={report}",
];
const vitest = ["node", "node_modules/vitest/vitest.mjs", "run", "--reporter=junit", "--outputFile={report}"];
const pytest = [
  "python3",
  "-m",
  "pytest",
  "--junitxml={report}",
  "-p",
  "no:cacheprovider",
  "--continue-on-collection-errors",
];
const unittest = ["python3", "/opt/aas/unittest_junit.py", "{report}"];

test.each([
  ["node --test", ["node", "--test", ...junit]],
  ["node --test test/", ["node", "--test", ...junit, "test/"]],
  [
    'node --import tsx --test "test/**/*.test.ts"',
    ["node", "--import", "tsx", "--test", ...junit, "test/**/*.test.ts"],
  ],
  ["node --test --test-reporter spec --watch", ["node", "--test", ...junit]],
  ["node --test --test-reporter=dot a.js", ["node", "--test", ...junit, "a.js"]],
  ["vitest", vitest],
  ["vitest run", vitest],
  ["vitest run --config v.ts --reporter=verbose", [...vitest, "--config", "v.ts"]],
  ["vitest watch", vitest],
])("the script %j is run so that single tests are reported", async (script, command) => {
  const [check, ...others] = await detectChecks(packageWith(script));

  expect(check).toMatchObject({ kind: "tests", gate: "must", report: "junit", command });
  expect(others).toEqual([]);
});

test.each([
  ["jest", ["node", "node_modules/jest/bin/jest.js", "--ci"]],
  ["jest --watchAll --coverage", ["node", "node_modules/jest/bin/jest.js", "--ci", "--coverage"]],
  ["mocha", ["npm", "test"]],
  ["tsc && node --test", ["npm", "test"]],
  ["CI=1 vitest run", ["npm", "test"]],
  ["node --test $FILES", ["npm", "test"]],
  ["node --test a'b'c", ["npm", "test"]],
  ["node run-tests.js", ["npm", "test"]],
])("the script %j is judged by its exit code", async (script, command) => {
  expect(await detectChecks(packageWith(script))).toMatchObject([{ report: "exit_code", command }]);
});

test.each(["", 'echo "Error: no test specified" && exit 1'])("the script %j is no test", async (script) => {
  expect(await detectChecks(packageWith(script))).toEqual([]);
});

test.each(["not json", "[]", "null", '{"scripts": 3}', '{"scripts": {"test": 3}}', '{"dependencies": []}'])(
  "a package.json that is %j proposes nothing",
  async (text) => {
    expect(await detectChecks(files({ "package.json": text }))).toEqual([]);
  },
);

test("a repository with TypeScript gets its types checked", async () => {
  const repository = files({
    "package.json": '{"devDependencies": {"typescript": "7"}}',
    "tsconfig.json": "{}",
  });

  expect(await detectChecks(repository)).toEqual([
    {
      name: "types",
      kind: "types",
      gate: "must",
      command: ["node", "node_modules/typescript/bin/tsc", "--noEmit", "-p", "."],
      report: "exit_code",
      timeout: "10m",
    },
  ]);
});

test.each([
  { "pytest.ini": "" },
  { "tests/conftest.py": "" },
  { "pyproject.toml": "[tool.pytest.ini_options]\n" },
  { "pyproject.toml": '[project.optional-dependencies]\ntest = ["pytest>=8"]\n' },
  { "setup.cfg": "[tool:pytest]\n" },
  { "tox.ini": "[testenv]\ncommands = pytest\n" },
  { "requirements-dev.txt": "pytest==8.0\n" },
])("a repository with %j tests with pytest", async (trace) => {
  const repository = files({ ...trace, "tests/test_a.py": "" });

  expect(await detectChecks(repository)).toMatchObject([
    { name: "pytest", report: "junit", command: pytest },
  ]);
});

test.each<[paths: readonly string[], start: readonly string[]]>([
  [["test_a.py"], []],
  [["tests/__init__.py", "tests/test_a.py"], []],
  [
    ["tests/test_a.py", "a.py", "pyproject.toml"],
    ["-s", "tests"],
  ],
  [
    ["src/tests/deep/test_b.py", "src/tests/test_a.py"],
    ["-s", "src/tests"],
  ],
])("of python tests without pytest, %j are found by unittest", async (paths, start) => {
  const repository = files(Object.fromEntries(paths.map((path) => [path, ""])));

  expect(await detectChecks(repository)).toMatchObject([
    { name: "unittest", report: "junit", command: [...unittest, ...start] },
  ]);
});

test("go and cargo are judged by their exit codes", async () => {
  expect(await detectChecks(files({ "go.mod": "", "Cargo.toml": "" }))).toMatchObject([
    { name: "go-test", report: "exit_code", command: ["go", "test", "./..."] },
    { name: "cargo-test", report: "exit_code", command: ["cargo", "test"] },
  ]);
});

test.each([
  [[]],
  [["README.md"]],
  [["a.py"]],
  [["node_modules/a/test_a.py", "vendor/b/test_b.py"]],
  [["a_test.py"]],
])("in %j nothing is found", async (paths) => {
  expect(await detectChecks(files(Object.fromEntries(paths.map((path) => [path, ""]))))).toEqual([]);
});

test("what is proposed for a repository of many languages is accepted as settings", async () => {
  const proposed = await detectChecks(
    files({
      "package.json": '{"scripts": {"test": "vitest run"}, "devDependencies": {"typescript": "7"}}',
      "tsconfig.json": "{}",
      "test_a.py": "",
      "go.mod": "",
      "Cargo.toml": "",
    }),
  );

  expect(proposed.map(({ name }) => name)).toEqual(["vitest", "types", "unittest", "go-test", "cargo-test"]);
  expect(checkList.parse(proposed)).toEqual(proposed);
});

test("the proposed node command writes a JUnit report of single tests", async () => {
  const folder = await mkdtemp(join(tmpdir(), "aas-detect-"));
  try {
    const texts = {
      "package.json": '{"type": "module", "scripts": {"test": "node --test test/a.test.js"}}',
      "test/a.test.js": 'import test from "node:test";\ntest("adds", () => {});\n',
    };
    for (const [path, text] of Object.entries(texts)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const [check] = await detectChecks(files(texts));
    const report = join(folder, "report.xml");
    const args = (check?.command ?? []).slice(1).map((each) => each.replaceAll("{report}", report));

    await promisify(execFile)(process.execPath, args, { cwd: folder, env: {}, timeout: 20_000 });

    expect(await readFile(report, "utf8")).toContain('<testcase name="adds"');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function packageWith(script: string): ReturnType<typeof files> {
  return files({ "package.json": JSON.stringify({ scripts: { test: script } }) });
}

function files(texts: Readonly<Record<string, string>>): Parameters<typeof detectChecks>[0] {
  return { paths: Object.keys(texts), read: (path) => Promise.resolve(texts[path] ?? null) };
}
