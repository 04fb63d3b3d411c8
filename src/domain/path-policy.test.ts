import { posix } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkPath, isInScope, isProtected } from "./path-policy.ts";

const hostile: readonly (readonly [string, string])[] = [
  ["", "it is empty"],
  ["/", "it is absolute"],
  ["/etc/passwd", "it is absolute"],
  ["//server/share", "it is absolute"],
  ["C:", "it is absolute"],
  ["c:/windows", "it is absolute"],
  ["C:notes.txt", "it is absolute"],
  ["..", "it leaves its folder"],
  ["../secrets", "it leaves its folder"],
  ["src/../../secrets", "it leaves its folder"],
  ["src/..", "it leaves its folder"],
  ["src/../lib/a.ts", "it leaves its folder"],
  [".", "it leaves its folder"],
  ["./a.ts", "it leaves its folder"],
  ["src/./a.ts", "it leaves its folder"],
  ["src//a.ts", "it has an empty part"],
  ["src/", "it has an empty part"],
  ["src\\a.ts", "it contains a backslash"],
  ["..\\secrets", "it contains a backslash"],
  ["\\\\server\\share", "it contains a backslash"],
  ["a\\..\\.git\\config", "it contains a backslash"],
  [".git", "it names git's own folder"],
  [".git/config", "it names git's own folder"],
  [".git/hooks/pre-commit", "it names git's own folder"],
  ["lib/.git/config", "it names git's own folder"],
  [".GIT/config", "it names git's own folder"],
  [".gIt/hooks/post-checkout", "it names git's own folder"],
  ["git~1/config", "it names git's own folder"],
  ["GIT~1", "it names git's own folder"],
  ["lib/Git~2/config", "it names git's own folder"],
  [".git./config", "it names git's own folder"],
  [".git /config", "it names git's own folder"],
  [".git. . ./config", "it names git's own folder"],
  ["git~1 ./config", "it names git's own folder"],
  [".git::$INDEX_ALLOCATION/config", "it contains a character that not every system allows"],
  [".git:stream", "it contains a character that not every system allows"],
  ["a.ts:Zone.Identifier", "it contains a character that not every system allows"],
  ["a.ts::$DATA", "it contains a character that not every system allows"],
  ["src/*.ts", "it contains a character that not every system allows"],
  ["what?.ts", "it contains a character that not every system allows"],
  ['say "hi".md', "it contains a character that not every system allows"],
  ["a<b", "it contains a character that not every system allows"],
  ["a>b", "it contains a character that not every system allows"],
  ["a|b", "it contains a character that not every system allows"],
  ["a.ts.", "a part ends with a dot or a space"],
  ["a.ts ", "a part ends with a dot or a space"],
  ["src /a.ts", "a part ends with a dot or a space"],
  ["...", "a part ends with a dot or a space"],
  [" ", "a part ends with a dot or a space"],
  ["CON", "it is the name of a device"],
  ["con", "it is the name of a device"],
  ["nul.txt", "it is the name of a device"],
  ["src/NUL", "it is the name of a device"],
  ["aux.c", "it is the name of a device"],
  ["src/Prn.tar.gz", "it is the name of a device"],
  ["com1", "it is the name of a device"],
  ["COM¹.log", "it is the name of a device"],
  ["lpt9/a.ts", "it is the name of a device"],
  ["con .txt", "it is the name of a device"],
  ["CONIN$", "it is the name of a device"],
  ["conout$.txt", "it is the name of a device"],
  ["-rf", "a part starts with a dash"],
  ["--output=a", "a part starts with a dash"],
  ["src/-x.ts", "a part starts with a dash"],
  ["a\u0000.ts", "it contains control or invisible characters"],
  ["a\nb", "it contains control or invisible characters"],
  ["a\rb", "it contains control or invisible characters"],
  ["a\tb", "it contains control or invisible characters"],
  ["a\u001b[2J", "it contains control or invisible characters"],
  ["a\u007fb", "it contains control or invisible characters"],
  ["a\u0085b", "it contains control or invisible characters"],
  [".g\u200cit/config", "it contains control or invisible characters"],
  [".git\u200b/config", "it contains control or invisible characters"],
  ["\ufeffa.ts", "it contains control or invisible characters"],
  ["a\u2060b.ts", "it contains control or invisible characters"],
  ["a\u00adb.ts", "it contains control or invisible characters"],
  ["a\u034fb.ts", "it contains control or invisible characters"],
  ["a\u3164.ts", "it contains control or invisible characters"],
  ["a\ufe0f.ts", "it contains control or invisible characters"],
  ["invoice\u202efdp.exe", "it contains control or invisible characters"],
  ["a\u200fb.ts", "it contains control or invisible characters"],
  ["a\u2066b\u2069.ts", "it contains control or invisible characters"],
  ["a\u2028b", "it contains control or invisible characters"],
  ["a\u2029b", "it contains control or invisible characters"],
  ["a\ud800.ts", "it contains control or invisible characters"],
  ["a\ufffd.ts", "it contains control or invisible characters"],
  ["a\u{e0041}.ts", "it contains control or invisible characters"],
  ["x".repeat(256), "a part is longer than 255 bytes"],
  [`src/${"é".repeat(128)}`, "a part is longer than 255 bytes"],
  [`${"long/".repeat(200)}a.ts`, "it is longer than 1000 characters"],
];

test("the table of hostile names is a long one", () => {
  expect(new Set(hostile.map(([path]) => path)).size).toBeGreaterThanOrEqual(60);
});

test.each(hostile)("%j may not be written: %s", (path, reason) => {
  expect(checkPath(path)).toBe(reason);
});

test.each([
  "a",
  "src/index.ts",
  "deep/er/and/deep/er/file.test.ts",
  ".gitignore",
  ".github/workflows/ci.yml",
  ".gitkeep",
  "docs/.git-blame-ignore-revs",
  "git",
  "legit~1.txt",
  "..a/b..c/...d",
  "a.b.c",
  ".env.example",
  "with space/and more.txt",
  " leading.txt",
  "under_score-and-dash.ts",
  "100%/~home/$x/#1/@scope/!/+/=/,/;",
  "[id]/(group)/{brace}.tsx",
  "O'Brien & sons.md",
  "größe/façade.ts",
  "ドキュメント/設計.md",
  "документ.txt",
  "أهلا.md",
  "할일/목록.ts",
  "naïve/e\u0301.ts",
  "😀.md",
  "console.ts",
  "contact/auxiliary/nullable.ts",
  "com10",
  "com.example/a",
  "src/con-fig",
  "x".repeat(255),
  "Makefile",
])("%j may be written", (path) => {
  expect(checkPath(path)).toBeNull();
});

test("no path that is let through resolves to a place outside its root or inside git's folder", () => {
  const piece = fc.constantFrom(
    "..",
    ".",
    "",
    ".git",
    ".GIT",
    "git~1",
    "a",
    "src",
    "\\",
    ":",
    " ",
    "-",
    "\u200c",
    "C:",
    "~",
  );
  const anyPath = fc.oneof(
    fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join("/")),
    fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(anyPath, (path) => {
      const resolved = posix.resolve("/root", path.replaceAll("\\", "/"));
      const isInside = resolved.startsWith("/root/") && !/\/(?:\.git|git~1)(?:\/|$)/iu.test(resolved);

      expect(checkPath(path) !== null || isInside).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["src/a.ts", ["src/a.ts"], true],
  ["src/a.ts", ["src/"], true],
  ["src/deep/a.ts", ["lib/b.ts", "src/"], true],
  ["src/a.ts", ["src"], false],
  ["src", ["src/"], false],
  ["srcs/a.ts", ["src/"], false],
  ["src/a.tsx", ["src/a.ts"], false],
  ["src/a.ts", [""], false],
  ["src/a.ts", ["/"], false],
  ["src/a.ts", [], false],
  ["src/a.ts", ["*"], true],
  ["src/a.ts", ["src/*"], false],
])("%s lies in %j: %s", (path, scope, expected) => {
  expect(isInScope(path, scope)).toBe(expected);
});

test.each([
  "aas.config.jsonc",
  "AAS.config.jsonc",
  ".github/workflows/ci.yml",
  ".GitHub/workflows/ci.yml",
  ".gitlab-ci.yml",
  ".circleci/config.yml",
  "Jenkinsfile",
  "azure-pipelines.yml",
  ".gitattributes",
  "src/.gitattributes",
  ".gitmodules",
  ".aas/blueprints/own.json",
  "ACTIVE_TASKS.md",
  "vitest.config.ts",
  "packages/web/jest.config.cjs",
  ".mocharc.json",
  "pytest.ini",
  "api/tox.ini",
  "migrations/0001.sql",
  "Migrations/0002.sql",
  "LICENSE",
])("%s is protected", (path) => {
  expect(isProtected(path, ["migrations/", "LICENSE"])).toBe(true);
});

test.each([
  "src/github/ci.yml",
  "docs/aas.config.jsonc",
  "src/config.ts",
  "vite.config.ts",
  "LICENSES/MIT",
  "gitattributes",
])("%s is not protected", (path) => {
  expect(isProtected(path, ["migrations/", "LICENSE"])).toBe(false);
});
