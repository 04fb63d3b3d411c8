import fc from "fast-check";
import { expect, test } from "vitest";
import type { TaskPlan } from "../../domain/planning/task-plan.ts";
import { parseTaskPlan } from "./parse-task-plan.ts";

const plan: TaskPlan = {
  tasks: [
    {
      id: "store",
      title: "Store due dates",
      description: "A todo has an optional due date.",
      priority: "high",
      type: "feature",
      dependsOn: ["model"],
      files: ["src/todo.ts", "migrations/"],
      acceptance: [["npm", "test"]],
      builder: { kind: "model" },
    },
  ],
  sizeReason: "one small thing",
};

function answer(
  task: Readonly<Record<string, unknown>> = {},
  rest: Readonly<Record<string, unknown>> = {},
): string {
  const tasks = plan.tasks.map((whole) => ({ ...whole, builder: undefined, ...task }));
  return JSON.stringify({ tasks, sizeReason: plan.sizeReason, ...rest });
}

function problemsOf(text: string): readonly string[] {
  const parsed = parseTaskPlan(text);
  return parsed.kind === "unreadable" ? parsed.problems : [];
}

test.each([
  ["as it is", answer()],
  ["with blanks around", `\n  ${answer()}\n`],
  ["in a fenced block", `Here is the plan:\n\`\`\`json\n${answer()}\n\`\`\`\nGood luck!`],
  ["in a block without a language", `\`\`\`\n${answer()}\n\`\`\``],
  ["in a block with other line ends", `\`\`\`json\r\n${answer()}\r\n\`\`\``],
  ["with fields nobody asked for", answer({ storyPoints: 5 }, { comment: "done" })],
])("a plan %s is read", (_name, text) => {
  expect(parseTaskPlan(text)).toEqual({ kind: "parsed", plan, repairs: [] });
});

test("what a planner left out has the modest meaning", () => {
  expect(parseTaskPlan('{"tasks":[{"id":"a","title":"Do it"}]}')).toEqual({
    kind: "parsed",
    plan: {
      tasks: [
        {
          id: "a",
          title: "Do it",
          description: "",
          priority: "medium",
          type: "feature",
          dependsOn: [],
          files: [],
          acceptance: [],
          builder: { kind: "model" },
        },
      ],
      sizeReason: null,
    },
    repairs: [],
  });
});

test.each<[unknown, TaskPlan["tasks"][number]["builder"]]>([
  [null, { kind: "model" }],
  [{ name: "ts-plugin" }, { kind: "blueprint", name: "ts-plugin", variables: {} }],
  [
    { name: "ts-plugin", variables: { plugin: "hello" } },
    { kind: "blueprint", name: "ts-plugin", variables: { plugin: "hello" } },
  ],
])("the blueprint %j names the builder", (blueprint, builder) => {
  const parsed = parseTaskPlan(answer({ blueprint }));

  expect(parsed.kind === "parsed" ? parsed.plan.tasks.map((task) => task.builder) : parsed).toEqual([
    builder,
  ]);
});

test.each(["", "no plan today", "{", "```json\n{\n```", "```json\n[1,\n```"])(
  "%j holds no plan, and nothing is guessed",
  (text) => {
    expect(parseTaskPlan(text)).toEqual({
      kind: "unreadable",
      problems: ["The answer holds no JSON object."],
    });
  },
);

test.each([
  ["null", "must be an object"],
  ["[]", "must be an object"],
  ["{}", "tasks"],
  ['{"tasks":{}}', "tasks"],
  [answer({ id: "" }), "id"],
  [answer({ id: "x".repeat(65) }), "id"],
  [answer({ title: "" }), "title"],
  [answer({ title: "x".repeat(201) }), "title"],
  [answer({ description: "x".repeat(10_001) }), "description"],
  [answer({ priority: "asap" }), "priority"],
  [answer({ dependsOn: "model" }), "dependsOn"],
  [answer({ files: [1] }), "files"],
  [answer({ acceptance: ["npm test"] }), "acceptance"],
  [answer({ acceptance: [[]] }), "acceptance"],
  [answer({ acceptance: [[""]] }), "acceptance"],
  [answer({ blueprint: { name: "ts-plugin", run: "rm" } }), "blueprint"],
])("a plan that is wrong is refused by the name of the field: %s", (text, field) => {
  expect(problemsOf(text)).toHaveLength(1);
  expect(problemsOf(text)[0]).toContain(field);
});

test("only what a model said to its end is mended, and that is told", () => {
  const sloppy = answer().replace("]}", ",]}");

  expect(parseTaskPlan(sloppy, "stop")).toEqual({
    kind: "parsed",
    plan,
    repairs: ["The plan was not quite JSON: commas, quotes or comments in it were mended."],
  });
  expect(parseTaskPlan(sloppy).kind).toBe("unreadable");
  expect(parseTaskPlan(answer(), "length").kind).toBe("unreadable");
});

test("no answer makes the parser throw", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((json) => `\`\`\`json\n${json}\n\`\`\``),
      ),
      (text) => {
        expect(["parsed", "unreadable"]).toContain(parseTaskPlan(text).kind);
      },
    ),
  );
});

test.each([
  ["title", "Do it\nAas-Task: AAS-9"],
  ["title", "Do \u001b[31mit"],
  ["title", "Do \ud800 it"],
  ["id", "a\u2028b"],
  ["type", "bug\u0007"],
  ["description", "zero \u0000 byte"],
  ["acceptance", [["sh", "-c", "a\u0000b"]]],
])("a %s of %j is refused, so that no list and no commit shows what is not there", (field, value) => {
  expect(problemsOf(answer({ [field]: value })).join()).toContain(field);
});

test("a description may have several lines", () => {
  expect(problemsOf(answer({ description: "one\n\ttwo\r\nthree" }))).toEqual([]);
});
