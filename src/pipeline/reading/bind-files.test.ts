import fc from "fast-check";
import { expect, test } from "vitest";
import type { FileChange, FileChangeKind, FileTarget } from "../../domain/plan.ts";
import { type BindingPlace, bindFile, withoutRivals } from "./bind-files.ts";

const paths = [
  "README.md",
  "src/app.ts",
  "core/config.py",
  "plugins/a/config.py",
  "plugins/a/main.py",
  "Makefile",
];

function place(overrides: Partial<BindingPlace> = {}): BindingPlace {
  return { paths, trees: [], namesWholePaths: false, ...overrides };
}

const standing = (path: string): FileTarget => ({ kind: "existing", path });
const free = (path: string): FileTarget => ({ kind: "new", path });

test.each<[string, FileChangeKind, FileTarget]>([
  ["src/app.ts", "change", standing("src/app.ts")],
  ["./src/app.ts", "create", standing("src/app.ts")],
  ["/src/app.ts", "delete", standing("src/app.ts")],
  ["./README.md", "change", standing("README.md")],
  ["src/new.ts", "create", free("src/new.ts")],
  ["new.md", "create", free("new.md")],
  ["README.md", "change", { kind: "unbound", reason: "bare_name", candidates: ["README.md"] }],
  ["app.ts", "create", { kind: "unbound", reason: "bare_name", candidates: ["src/app.ts"] }],
  ["APP.TS", "create", { kind: "unbound", reason: "bare_name", candidates: ["src/app.ts"] }],
  [
    "config.py",
    "create",
    { kind: "unbound", reason: "ambiguous", candidates: ["core/config.py", "plugins/a/config.py"] },
  ],
  ["a/config.py", "change", { kind: "unbound", reason: "ambiguous", candidates: ["plugins/a/config.py"] }],
  ["src/App.ts", "create", { kind: "unbound", reason: "ambiguous", candidates: ["src/app.ts"] }],
  ["src/app.ts/more.ts", "create", { kind: "unbound", reason: "ambiguous", candidates: [] }],
  ["src/gone.ts", "change", { kind: "unbound", reason: "missing", candidates: [] }],
  ["src/gone.ts", "delete", { kind: "unbound", reason: "missing", candidates: [] }],
  ["../out.ts", "create", { kind: "unbound", reason: "unsafe_path", candidates: [] }],
  ["C:\\new\\table.py", "create", { kind: "unbound", reason: "unsafe_path", candidates: [] }],
  [".git/config", "create", { kind: "unbound", reason: "unsafe_path", candidates: [] }],
  ["src/app.ts", "example", { kind: "unbound", reason: "example", candidates: [] }],
])("%s to %s leads where it was named whole, and nowhere else", (said, kind, target) => {
  expect(bindFile(said, kind, place())).toEqual(target);
});

test("whoever was asked for whole paths means them", () => {
  expect(bindFile("a/config.py", "create", place({ namesWholePaths: true }))).toEqual(free("a/config.py"));
});

test("a name without a folder is looked up in what the answer drew", () => {
  const tree = { root: "/project", files: ["web/index.ts", "web/app.ts", "api/app.ts", "plugins/a/main.py"] };

  expect(
    ["index.ts", "app.ts", "main.py"].map((said) => bindFile(said, "create", place({ trees: [tree] }))),
  ).toEqual([
    free("web/index.ts"),
    { kind: "unbound", reason: "ambiguous", candidates: ["web/app.ts", "api/app.ts", "src/app.ts"] },
    { kind: "unbound", reason: "bare_name", candidates: ["plugins/a/main.py"] },
  ]);
});

test("the root of a drawing is the repository, unless the repository has a folder of that name", () => {
  const root = (name: string): FileTarget =>
    bindFile("index.ts", "create", place({ trees: [{ root: name, files: ["web/index.ts"] }] }));

  expect([root("/project"), root("plugins/"), root("fresh/")]).toEqual([
    free("web/index.ts"),
    free("plugins/web/index.ts"),
    free("fresh/web/index.ts"),
  ]);
});

function change(text: string, overrides: Partial<FileChange> = {}): FileChange {
  return {
    kind: "change",
    said: "src/app.ts",
    target: standing("src/app.ts"),
    content: { kind: "whole", text },
    template: null,
    variables: {},
    phase: null,
    ...overrides,
  };
}

test("the same path with other content leads nowhere, with the same content it is one", () => {
  const nowhere: FileTarget = { kind: "unbound", reason: "said_twice", candidates: ["src/app.ts"] };

  expect(withoutRivals([change("a"), change("a")])).toEqual([change("a")]);
  expect(withoutRivals([change("a"), change("b")]).map(({ target }) => target)).toEqual([nowhere, nowhere]);
});

test("two pieces of one file stand beside each other", () => {
  const pieces = ["a", "b"].map((text) => change(text, { content: { kind: "part", text } }));

  expect(withoutRivals(pieces)).toEqual(pieces);
});

test("nothing that was not named whole ever leads to a file that stands there", () => {
  const part = fc.constantFrom(
    "src",
    "core",
    "a",
    "A",
    "config.py",
    "app.ts",
    "..",
    ".",
    "",
    "README.md",
    "x y",
  );
  const said = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
  const kind = fc.constantFrom<FileChangeKind>("create", "change", "delete", "example");
  fc.assert(
    fc.property(said, kind, fc.boolean(), fc.array(said), (name, asked, namesWholePaths, drawn) => {
      const target = bindFile(name, asked, place({ namesWholePaths, trees: [{ root: "/x", files: drawn }] }));

      if (target.kind === "existing") {
        expect(paths).toContain(target.path);
        expect(name).toContain("/");
        expect(name.slice(0, -target.path.length)).toMatch(/^[./]*$/u);
      }
      if (target.kind === "new")
        expect(paths.map((path) => path.toLowerCase())).not.toContain(target.path.toLowerCase());
    }),
    { numRuns: 2_000 },
  );
});
