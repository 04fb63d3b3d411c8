import type { ModelRequest } from "../src/ports/model.ts";

/**
 * What the model of the demo says, as a function of what it is asked. `record.ts` runs the demo's goal with it and writes
 * down every request and answer; the demo itself only reads that file.
 */
export function answerAsAuthor(request: Pick<ModelRequest, "purpose" | "prompt">): string {
  switch (request.purpose) {
    case "decompose":
      return JSON.stringify(demoPlan, null, 2);
    case "analyse":
      return JSON.stringify(analysisOf(titleIn(request.prompt)));
    default:
      return buildAnswer(titleIn(request.prompt), request.prompt);
  }
}

export const demoGoal = "Add due dates to todos";

const titles = {
  model: "Todos can have a due date",
  sort: "Sort open todos by due date",
  overdue: "List overdue todos",
  readme: "Describe due dates in the README",
} as const;

export const demoPlan = {
  tasks: [
    {
      id: "model",
      title: titles.model,
      description:
        "createTodo takes an optional due date, YYYY-MM-DD. A date that does not exist is refused.",
      priority: "high",
      type: "feature",
      files: ["src/todo.js", "test/due-date.test.js"],
      acceptance: [["node", "--test", "test/due-date.test.js"]],
    },
    {
      id: "sort",
      title: titles.sort,
      description: "sortByDue(todos) lists open todos, the earliest due date first, those without one last.",
      type: "feature",
      dependsOn: ["model"],
      files: ["src/", "test/"],
      acceptance: [["node", "--test", "test/sort.test.js"]],
    },
    {
      id: "overdue",
      title: titles.overdue,
      description: "listOverdue(todos, today) lists open todos whose due date has passed.",
      type: "feature",
      dependsOn: ["model"],
      files: ["src/", "test/"],
      acceptance: [["node", "--test", "test/overdue.test.js"]],
    },
    {
      id: "readme",
      title: titles.readme,
      description: "The README names due dates, sorting and the overdue list.",
      priority: "low",
      type: "documentation",
      dependsOn: ["sort", "overdue"],
      files: ["README.md"],
      acceptance: [],
    },
  ],
  sizeReason: "Four steps are enough for one field and two lists.",
};

function analysisOf(title: string): object {
  const steps = [`Write the test for: ${title}.`, "Make it pass.", "Run the whole suite."];
  return {
    complexity: title === titles.model ? "medium" : "low",
    priority: "keep",
    blockers: [],
    firstStep: steps[0],
    steps,
  };
}

function titleIn(prompt: string): string {
  return /^## Task\n(?<title>.+)$/mu.exec(prompt)?.groups?.["title"] ?? "";
}

function buildAnswer(title: string, prompt: string): string {
  switch (title) {
    case titles.model:
      return prompt.includes("The last attempt failed") ? modelMended : modelFirst;
    case titles.sort:
      return listAnswer("sort", prompt);
    case titles.overdue:
      return listAnswer("overdue", prompt);
    default:
      return readme;
  }
}

const dueDateTest = `import assert from "node:assert/strict";
import test from "node:test";
import { createTodo } from "../src/todo.js";

test("a todo can have a due date", () => {
  assert.equal(createTodo("buy milk", "2026-03-01").dueDate, "2026-03-01");
});

test("a todo without a due date has none", () => {
  assert.equal("dueDate" in createTodo("buy milk"), false);
});

test("a date that does not exist is refused", () => {
  assert.throws(() => createTodo("buy milk", "2026-02-30"), /not a date/, "2026-02-30 must be refused");
});
`;

function todoSource(check: string): string {
  return `/** Makes a todo. Titles are trimmed; an empty one is refused. A due date is YYYY-MM-DD. */
export function createTodo(title, dueDate) {
  const trimmed = title.trim();
  if (trimmed === "") throw new Error("A todo needs a title.");
  if (dueDate === undefined) return { title: trimmed, done: false };
  if (!isDate(dueDate)) throw new Error(\`\${dueDate} is not a date.\`);
  return { title: trimmed, done: false, dueDate };
}

${check}

export function complete(todo) {
  return { ...todo, done: true };
}
`;
}

/** Looks right and is not: the shape of a date is not a date. */
const shapeCheck = `function isDate(text) {
  return /^\\d{4}-\\d{2}-\\d{2}$/.test(text);
}`;

const calendarCheck = `/** The shape is not enough: the 30th of February has it too. */
function isDate(text) {
  if (!/^\\d{4}-\\d{2}-\\d{2}$/.test(text)) return false;
  const date = new Date(\`\${text}T00:00:00Z\`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}`;

const modelFirst = [
  file("src/todo.js", todoSource(shapeCheck)),
  file("test/due-date.test.js", dueDateTest),
].join("\n");
const modelMended = [
  file("src/todo.js", todoSource(calendarCheck)),
  file("test/due-date.test.js", dueDateTest),
].join("\n");

const listFunctions = {
  sort: `
/** Open todos, the earliest due date first; those without one come last. */
export function sortByDue(todos) {
  const key = (todo) => todo.dueDate ?? "9999";
  return listOpen(todos).toSorted((a, b) => key(a).localeCompare(key(b)));
}
`,
  overdue: `
/** Open todos whose due date has passed; \`today\` is YYYY-MM-DD. */
export function listOverdue(todos, today) {
  return listOpen(todos).filter((todo) => todo.dueDate !== undefined && todo.dueDate < today);
}
`,
} as const;

const listTests = {
  sort: `import assert from "node:assert/strict";
import test from "node:test";
import { sortByDue } from "../src/list.js";
import { createTodo } from "../src/todo.js";

test("the earliest due date comes first, none comes last", () => {
  const [late, never, soon] = [createTodo("late", "2026-05-01"), createTodo("never"), createTodo("soon", "2026-04-01")];
  assert.deepEqual(sortByDue([late, never, soon]), [soon, late, never]);
});
`,
  overdue: `import assert from "node:assert/strict";
import test from "node:test";
import { listOverdue } from "../src/list.js";
import { createTodo } from "../src/todo.js";

test("only what is past its date is overdue", () => {
  const [past, today, none] = [createTodo("past", "2026-03-31"), createTodo("today", "2026-04-01"), createTodo("none")];
  assert.deepEqual(listOverdue([past, today, none], "2026-04-01"), [past]);
});
`,
} as const;

const listBase = `/** What is not done, in the order it came in. */
export function listOpen(todos) {
  return todos.filter((todo) => !todo.done);
}

export function countOpen(todos) {
  return listOpen(todos).length;
}
`;

/** Both tasks add to the end of one file: whoever comes second meets a conflict and keeps what is there. */
function listAnswer(own: "sort" | "overdue", prompt: string): string {
  const other = own === "sort" ? "overdue" : "sort";
  const isSecond = prompt.includes("conflicts with what landed meanwhile");
  const functions = isSecond ? listFunctions[other] + listFunctions[own] : listFunctions[own];
  return [file("src/list.js", listBase + functions), file(`test/${own}.test.js`, listTests[own])].join("\n");
}

const readme = `EDIT: README.md
\`\`\`
<<<<<<< SEARCH
- \`createTodo(title)\` makes one.
- \`listOpen(todos)\` lists what is not done.
=======
- \`createTodo(title, dueDate)\` makes one; the due date, YYYY-MM-DD, can be left out.
- \`listOpen(todos)\` lists what is not done.
- \`sortByDue(todos)\` puts the earliest due date first.
- \`listOverdue(todos, today)\` lists what is late.
>>>>>>> REPLACE
\`\`\`
`;

function file(path: string, content: string): string {
  return `FILE: ${path}\n\`\`\`\n${content}\`\`\`\n`;
}
