import { expect, test } from "vitest";
import { type GateFile, type GateRules, type GateVerdict, judgeChange } from "./gate.ts";

function file(overrides: Partial<GateFile> = {}): GateFile {
  const text = "text" in overrides ? overrides.text : "export const a = 1;\n";
  return {
    path: "src/a.ts",
    change: "modified",
    kind: "file",
    text: text ?? null,
    bytes: text?.length ?? 0,
    ...overrides,
  };
}

function rules(overrides: Partial<GateRules> = {}): GateRules {
  return {
    scope: ["src/"],
    checks: [],
    protectedPaths: ["migrations/"],
    maxChangedFiles: 20,
    maxFileBytes: 1_000,
    ...overrides,
  };
}

function deleted(path: string): GateFile {
  return file({ path, change: "deleted", kind: null, text: null });
}

function refused(...findings: readonly string[]): GateVerdict {
  return { kind: "refused", findings };
}

test.each<[string, readonly GateFile[]]>([
  ["a changed file of the task", [file()]],
  ["an added program", [file({ path: "src/run.sh", change: "added", kind: "executable" })]],
  ["a binary file", [file({ path: "src/logo.png", text: null, bytes: 900 })]],
  ["a deleted file", [deleted("src/old.ts")]],
  ["five deleted files", [1, 2, 3, 4, 5].map((number) => deleted(`src/${number}.ts`))],
  [
    "many deleted files beside as many new ones",
    [...Array(6).keys()].flatMap((at) => [deleted(`src/${at}.ts`), file({ path: `src/new/${at}.ts` })]),
  ],
  ["a file of exactly the allowed size", [file({ bytes: 1_000 })]],
])("%s passes", (_name, files) => {
  expect(judgeChange(files, rules())).toEqual({ kind: "passed" });
});

test("a change of nothing is refused", () => {
  expect(judgeChange([], rules())).toEqual(refused("The change is empty."));
});

test("more files than allowed are refused, as many as allowed are not", () => {
  const files = [file(), file({ path: "src/b.ts" })];

  expect(judgeChange(files, rules({ maxChangedFiles: 2 }))).toEqual({ kind: "passed" });
  expect(judgeChange(files, rules({ maxChangedFiles: 1 }))).toEqual(
    refused("2 files changed; at most 1 are allowed."),
  );
});

test.each<[Partial<GateFile>, string]>([
  [{ path: "lib/b.ts" }, '"lib/b.ts" is outside the files of the task (src/).'],
  [{ path: "srcs/b.ts" }, '"srcs/b.ts" is outside the files of the task (src/).'],
  [{ path: "src/../lib/b.ts" }, '"src/../lib/b.ts" is not a name that may be written: it leaves its folder.'],
  [
    { path: "src/.GIT/hooks/pre-push" },
    '"src/.GIT/hooks/pre-push" is not a name that may be written: it names git\'s own folder.',
  ],
  [{ kind: "symlink", text: null }, '"src/a.ts" is a symbolic link.'],
  [{ kind: "symlink", change: "type_changed", text: null }, '"src/a.ts" is a symbolic link.'],
  [{ kind: "submodule", text: null }, '"src/a.ts" is a submodule.'],
  [{ kind: "socket" as unknown as GateFile["kind"], text: null }, '"src/a.ts" is no plain file.'],
  [{ bytes: 1_001 }, '"src/a.ts" has 1001 bytes; at most 1000 are allowed.'],
  [{ text: "a\u0000b" }, '"src/a.ts" contains a zero byte.'],
  [
    { text: "const a = 1;\n// ... existing code ...\n" },
    '"src/a.ts" leaves out code with a placeholder instead of writing it.',
  ],
  [{ text: "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> theirs\n" }, '"src/a.ts" contains conflict marks.'],
  [{ text: "<<<<<<< ours\r\na\r\n" }, '"src/a.ts" contains conflict marks.'],
  [{ text: "a\n||||||| merged common ancestors\nb\n" }, '"src/a.ts" contains conflict marks.'],
  [{ text: "a\n>>>>>>>\n" }, '"src/a.ts" contains conflict marks.'],
])("%j is refused: %s", (overrides, finding) => {
  expect(judgeChange([file(overrides)], rules())).toEqual(refused(finding));
});

test.each([
  "Title\n=======\n",
  "a <<<<<<< b\n",
  "  <<<<<<< indented\n",
  "<<<<<<<<< nine\n",
  "1 >>> 2;\n",
  "||||||||| table\n",
])("no conflict mark stands in %j", (text) => {
  expect(judgeChange([file({ text })], rules())).toEqual({ kind: "passed" });
});

test("every fault of every file is told at once", () => {
  const files = [
    file({ path: "lib/b.ts", kind: "symlink", text: null, bytes: 2_000 }),
    file({ text: ">>>>>>> b\n// ... rest of the file\n\u0000" }),
  ];

  expect(judgeChange(files, rules())).toEqual(
    refused(
      '"lib/b.ts" is outside the files of the task (src/).',
      '"lib/b.ts" is a symbolic link.',
      '"lib/b.ts" has 2000 bytes; at most 1000 are allowed.',
      '"src/a.ts" contains conflict marks.',
      '"src/a.ts" leaves out code with a placeholder instead of writing it.',
      '"src/a.ts" contains a zero byte.',
    ),
  );
});

test.each([
  "aas.config.jsonc",
  ".github/workflows/ci.yml",
  "migrations/1.sql",
  "src/.gitattributes",
  "src/vitest.config.ts",
])("touching %s waits for a person and burns no attempt, in the scope of the task or not", (path) => {
  const expected = { kind: "needs_approval", findings: [`"${path}" is protected.`] };

  expect(judgeChange([file(), file({ path })], rules())).toEqual(expected);
  expect(judgeChange([file({ path })], rules({ scope: ["src/", path] }))).toEqual(expected);
  expect(judgeChange([deleted(path)], rules())).toEqual(expected);
});

test("deleting most of what is touched waits for a person", () => {
  const files = [...Array(6).keys()].map((at) => deleted(`src/${at}.ts`));

  expect(judgeChange([...files, file()], rules())).toEqual({
    kind: "needs_approval",
    findings: ["6 files would be deleted."],
  });
});

test("a fault is refused even where a person would be asked too", () => {
  const files = [file({ path: "migrations/1.sql" }), file({ path: "lib/b.ts" })];

  expect(judgeChange(files, rules())).toEqual(refused('"lib/b.ts" is outside the files of the task (src/).'));
});

test("a protected link is refused, not asked about", () => {
  expect(judgeChange([file({ path: "migrations/1.sql", kind: "symlink", text: null })], rules())).toEqual(
    refused('"migrations/1.sql" is a symbolic link.'),
  );
});

test("an empty scope allows no file", () => {
  expect(judgeChange([file()], rules({ scope: [] }))).toEqual(
    refused('"src/a.ts" is outside the files of the task ().'),
  );
});

test("touching what decides what a check says waits for a person, unless that check is not asked", () => {
  const makefile = [file({ path: "src/Makefile" })];
  const asked = (command: string): GateRules =>
    rules({ checks: [{ command: [command, "check"], report: "exit_code" }] });

  expect(judgeChange(makefile, asked("make"))).toEqual({
    kind: "needs_approval",
    findings: ['"src/Makefile" decides what a check says.'],
  });
  expect(judgeChange(makefile, asked("just"))).toEqual({ kind: "passed" });
});

test("a file that is protected and decides what a check says is named once", () => {
  const checks = [{ command: ["make"], report: "exit_code" as const }];

  expect(judgeChange([file({ path: "migrations/Makefile" })], rules({ checks }))).toEqual({
    kind: "needs_approval",
    findings: ['"migrations/Makefile" is protected.'],
  });
});
