import { expect, test } from "vitest";
import type { FileChange, FileTarget, Plan } from "../../domain/plan.ts";
import { block, code, read } from "./plan-answer.fixture.ts";

function targets(plan: Plan): readonly (readonly [string, FileTarget["kind"], string])[] {
  return plan.files.map(({ said, target }) => [
    said,
    target.kind,
    target.kind === "unbound" ? target.reason : target.path,
  ]);
}

test("a block leads to a file that stands there only under its whole path", () => {
  const text = ["core/main.py", "config.py", "main.py", "fresh.py"]
    .map((path) => block(`Write \`${path}\`:`, "python", `${code} # for ${path}`))
    .join("\n");

  expect(targets(read(text))).toEqual([
    ["core/main.py", "existing", "core/main.py"],
    ["config.py", "unbound", "ambiguous"],
    ["main.py", "unbound", "bare_name"],
    ["fresh.py", "new", "fresh.py"],
  ]);
});

test("each file without a sure place is told, so that the model can be asked again", () => {
  const text = ["core/main.py", "config.py", "main.py", "fresh.py", "../out.py"]
    .map((path) => block(`Write \`${path}\`:`, "python", code))
    .join("\n");

  expect(read(text).reading.problems).toEqual([
    "The answer holds no JSON object.",
    "config.py may be more than one file: core/config.py, plugins/a/config.py. Name the whole path.",
    "main.py is named without its folder; core/main.py is called so. Name the whole path, ./ for the root.",
    "fresh.py is named without a folder: it would stand at the root.",
    "../out.py is no path within the repository.",
  ]);
});

test("the same path twice with other content, and two paths for one block, lead nowhere", () => {
  const twice =
    block("In `core/main.py`:", "python", "a = 1") + block("In `core/main.py`:", "python", "a = 2");
  const several = block("Move `a.py` near `b.py`:", "python", code);
  const contrary = block("", "python path=core/a.py", `# core/b.py\n${code}`);

  expect(targets(read(twice))).toEqual([
    ["core/main.py", "unbound", "said_twice"],
    ["core/main.py", "unbound", "said_twice"],
  ]);
  expect(targets(read(several))).toEqual([["a.py, b.py", "unbound", "ambiguous"]]);
  expect(targets(read(contrary))).toEqual([["core/a.py, core/b.py", "unbound", "ambiguous"]]);
});

test("a piece of a file never becomes the whole of it", () => {
  const text =
    block("Update `core/main.py`:", "python", "start()") + "Write `core/last.py`:\n```python\nhalf = ";

  expect(read(text, "length").files.map(({ said, kind, content }) => [said, kind, content.kind])).toEqual([
    ["core/main.py", "change", "part"],
    ["core/last.py", "change", "part"],
  ]);
});

test("one block may hold several files, and the drawing says where they lie", () => {
  const text =
    block("**Structure:**", "", "/shop/\n  web/\n    a.js\n    b.js") +
    block("**Code:**", "js", "// a.js\nlet a = 1;\n\n// b.js\nlet b = 2;\n");

  expect(read(text).files).toEqual([
    fileOf("a.js", "web/a.js", "let a = 1;\n"),
    fileOf("b.js", "web/b.js", "let b = 2;\n"),
  ]);
});

function fileOf(said: string, path: string, text: string): FileChange {
  return {
    kind: "create",
    said,
    target: { kind: "new", path },
    content: { kind: "whole", text },
    template: null,
    variables: {},
    phase: null,
  };
}

test("phases, lists of files, settings, dependencies, tests and acceptance are read", () => {
  const text = `# Plan
## Phase 1: Settings
- Add the fields
  - with defaults
- Read them

${block("In `core/new.py`:", "python", code)}
## Step 2: Use
1. Call it
## Files
- \`core/new.py\` (new)
- Modify \`core/main.py\`
- Delete \`plugins/a/config.py\`
- Rename things
## Configuration
- \`NGROK_TOKEN\` (string, secret): the key
- \`PORT\` (int, default: 8000): where it listens
- something else
## Dependencies
- pyngrok
## Testing Strategy
- Unit tests
## Acceptance criteria
- It starts
`;

  const { files, blocks, reading, ...rest } = read(text);

  expect(rest).toEqual({
    phases: [
      { title: "Phase 1: Settings", steps: ["Add the fields with defaults", "Read them"] },
      { title: "Step 2: Use", steps: ["Call it"] },
    ],
    config: [
      { name: "NGROK_TOKEN", type: "string", default: null, description: "the key", secret: true },
      { name: "PORT", type: "int", default: "8000", description: "where it listens", secret: false },
    ],
    dependencies: ["pyngrok"],
    tests: ["Unit tests"],
    acceptance: ["It starts"],
  });
  expect(files.map(({ said, kind, target, phase }) => [said, kind, target.kind, phase])).toEqual([
    ["core/new.py", "create", "new", "Phase 1: Settings"],
    ["core/main.py", "change", "existing", null],
    ["plugins/a/config.py", "delete", "existing", null],
  ]);
  expect([blocks.length, reading.rung, reading.confidence]).toEqual([1, "labels", 0.6]);
});

const object = {
  phases: [
    {
      title: "Settings",
      steps: ["Add them"],
      files: [
        {
          path: "core/new.py",
          kind: "create",
          content: "a = 1\n",
          template: "module",
          variables: { name: "new" },
        },
        { path: "core/main.py", kind: "change" },
        { path: "core/config.py", kind: "create", content: "" },
      ],
    },
  ],
  files: [
    { path: "./README.md", kind: "change", content: "one line" },
    { path: "README.md", kind: "delete" },
    { path: "core/gone.py", kind: "delete" },
    { path: "docs/use.md", kind: "example" },
  ],
  config: [
    { name: "PORT", type: "number", default: 8000, description: "where", secret: false },
    { name: "KEY" },
  ],
  dependencies: ["x"],
  tests: ["y"],
  acceptance: ["z"],
};

test("a plan that is an object is read as it was asked for, and bound as strictly", () => {
  const { phases, files, config, reading, ...rest } = read(`Sure!\n${JSON.stringify(object)}`);

  expect(phases).toEqual([{ title: "Settings", steps: ["Add them"] }]);
  expect(targets({ phases, files, config, reading, ...rest })).toEqual([
    ["core/new.py", "new", "core/new.py"],
    ["core/main.py", "existing", "core/main.py"],
    ["core/config.py", "unbound", "already_there"],
    ["./README.md", "existing", "README.md"],
    ["README.md", "unbound", "bare_name"],
    ["core/gone.py", "unbound", "missing"],
    ["docs/use.md", "unbound", "example"],
  ]);
  expect(files[0]).toEqual({
    kind: "create",
    said: "core/new.py",
    target: { kind: "new", path: "core/new.py" },
    content: { kind: "whole", text: "a = 1\n" },
    template: "module",
    variables: { name: "new" },
    phase: "Settings",
  });
  expect(config).toEqual([
    { name: "PORT", type: "number", default: "8000", description: "where", secret: false },
    { name: "KEY", type: "string", default: null, description: "", secret: false },
  ]);
  expect(rest).toEqual({ dependencies: ["x"], tests: ["y"], acceptance: ["z"], blocks: [] });
  expect(reading).toEqual({
    parserVersion: 1,
    rung: "json_part",
    confidence: 0.54,
    finish: "stop",
    problems: [
      "core/config.py is to be created, but it is there already.",
      "README.md is named without its folder; README.md is called so. Name the whole path, ./ for the root.",
      "core/gone.py is to be changed or deleted, but it is not there.",
    ],
  });
});

test.each(["", "No idea.", "{}", '{"phases":[]}', "# Title\n\nSome words."])("%j is no plan", (text) => {
  const { reading, ...rest } = read(text);

  expect(rest).toEqual({
    phases: [],
    files: [],
    config: [],
    dependencies: [],
    tests: [],
    acceptance: [],
    blocks: [],
  });
  expect([reading.rung, reading.confidence, reading.problems.length]).toEqual(["unreadable", 0, 1]);
});

test("a refusal is no plan, however much it shows", () => {
  expect(read(block("In `core/new.py`:", "python", code), "refusal").reading.rung).toBe("unreadable");
});
