import type { CheckSetting } from "../check-setting.ts";
import type { DetectedFiles } from "./detected-files.ts";

const shared = { kind: "tests", gate: "must", timeout: "10m" } as const;

const pytest: CheckSetting = {
  ...shared,
  name: "pytest",
  command: [
    "python3",
    "-m",
    "pytest",
    "--junitxml={report}",
    "-p",
    "no:cacheprovider",
    "--continue-on-collection-errors",
  ],
  report: "junit",
};

export async function detectPythonChecks(files: DetectedFiles): Promise<readonly CheckSetting[]> {
  const tests = files.paths.filter((path) => /(?:^|\/)(?:test[^/]*|[^/]+_test)\.py$/u.test(path));
  if (tests.length === 0) return [];
  return (await usesPytest(files)) ? [pytest] : detectUnittest(files.paths, tests);
}

/** Where a repository says that it tests with pytest; null matches by being there. */
const traces: readonly (readonly [path: RegExp, content: RegExp | null])[] = [
  [/(?:^|\/)(?:pytest\.ini|\.pytest\.ini|conftest\.py)$/u, null],
  [/^pyproject\.toml$/u, /\[tool\.pytest\b|["']pytest\b|^pytest\b/mu],
  [/^setup\.cfg$/u, /\[tool:pytest\]|^\s*pytest\b/mu],
  [/^tox\.ini$/u, /\[pytest\]|\bpytest\b/u],
  [
    /^(?:requirements[^/]*\.(?:txt|in)|requirements\/[^/]+\.(?:txt|in)|Pipfile|setup\.py)$/u,
    /^\s*["']?pytest\b/mu,
  ],
];

async function usesPytest(files: DetectedFiles): Promise<boolean> {
  for (const [path, content] of traces) {
    for (const found of files.paths.filter((each) => path.test(each))) {
      if (content === null || content.test((await files.read(found)) ?? "")) return true;
    }
  }
  return false;
}

/** The report writer lies beside the sandbox's other tools. Discovery knows only files that begin with `test`. */
function detectUnittest(paths: readonly string[], tests: readonly string[]): readonly CheckSetting[] {
  const own = tests.filter((path) => /(?:^|\/)test[^/]*\.py$/u.test(path));
  if (own.length === 0) return [];
  const start = startFolder(paths, own);
  const command = [
    "python3",
    "/opt/aas/unittest_junit.py",
    "{report}",
    ...(start === null ? [] : ["-s", start]),
  ];
  return [{ ...shared, name: "unittest", command, report: "junit" }];
}

/** Discovery walks from the root into packages only; tests in a plain folder need it named. Null: the root reaches them. */
function startFolder(paths: readonly string[], tests: readonly string[]): string | null {
  const known = new Set(paths);
  const isReached = (path: string): boolean =>
    foldersOf(path).every((folder) => known.has(`${folder}/__init__.py`));
  if (tests.some(isReached)) return null;
  const [fewest] = tests.toSorted((a, b) => foldersOf(a).length - foldersOf(b).length);
  return fewest === undefined ? null : (foldersOf(fewest).at(-1) ?? null);
}

/** `a/b/c.py` → `a`, `a/b` */
function foldersOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
