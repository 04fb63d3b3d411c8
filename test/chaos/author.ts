import type { ModelRequest } from "../../src/ports/model.ts";
import { testOf } from "./sample-project.ts";

/** What the model of the story says, as a function of what it is asked. */
export type Saying =
  | { readonly kind: "says"; readonly text: string }
  /** Says it only when the gate of this name is open, so that the story can act while an attempt is under way. */
  | { readonly kind: "says_after"; readonly gate: string; readonly text: string }
  /** Cannot be reached until the gate of this name is open. */
  | { readonly kind: "says_when_back"; readonly gate: string; readonly text: string };

export const goals = {
  /** Goes all the way, over a first plan and a first attempt that are no good, and is rolled back. */
  sums: "Add sums",
  /** Is paused while it is built, resumed and canceled while it is built again. */
  doubts: "Try triples",
  /** Gives up, is retried with a hint, and a person says no. */
  hard: "Add halves",
  /** Is canceled while a person is asked. */
  second: "Add squares",
} as const;

export const gates = { first: "first-try", second: "second-try", back: "back-at-home" } as const;

interface Planned {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly files: readonly string[];
  readonly dependsOn?: readonly string[];
}

const functionTask = (id: string, dependsOn: readonly string[] = []): Planned => ({
  id,
  title: `Write ${id}`,
  description: `src/${id}.js exports ${id}(), with a test.`,
  files: [`src/${id}.js`, `test/${id}.test.js`],
  dependsOn,
});

const plans: Readonly<Record<string, readonly Planned[]>> = {
  [goals.sums]: [
    functionTask("add"),
    functionTask("twice", ["add"]),
    {
      id: "readme",
      title: "Describe add",
      description: "The README names add and twice.",
      files: ["README.md"],
      dependsOn: ["add"],
    },
  ],
  [goals.doubts]: [functionTask("triple"), functionTask("side")],
  [goals.hard]: [functionTask("half")],
  [goals.second]: [functionTask("square")],
};

export const plannedTasks: readonly (Planned & { readonly goal: string })[] = Object.entries(plans).flatMap(
  ([goal, tasks]) => tasks.map((task) => ({ goal, ...task })),
);

export function answer(request: Pick<ModelRequest, "purpose" | "prompt">): Saying {
  const goal = sectionOf(request.prompt, "Goal");
  switch (request.purpose) {
    case "decompose":
      return says(planFor(goal, request.prompt));
    case "analyse":
      return says('{"complexity":"low","blockers":[],"firstStep":"Write the test.","steps":["Write it."]}');
    default:
      return build(sectionOf(request.prompt, "Task"), request.prompt);
  }
}

function says(text: string): Saying {
  return { kind: "says", text };
}

function sectionOf(prompt: string, name: string): string {
  return new RegExp(String.raw`^## ${name}\n(?<line>.+)$`, "mu").exec(prompt)?.groups?.["line"] ?? "";
}

/** The first plan of the first goal has a cycle: it is asked for again. */
function planFor(goal: string, prompt: string): string {
  const tasks = plans[goal] ?? [];
  const isFirst = goal === goals.sums && !prompt.includes("could not be used");
  const given = isFirst ? tasks.map((task) => ({ ...task, dependsOn: [task.id] })) : tasks;
  return JSON.stringify({ tasks: given, sizeReason: "It is a small goal." });
}

function build(title: string, prompt: string): Saying {
  const isRepeated = prompt.includes("The last attempt failed");
  const isHinted = prompt.includes("## A person says");
  switch (title) {
    case "Write add":
      return says(functionAnswer("add", isRepeated ? "a + b" : "a - b"));
    case "Write twice":
      return says(functionAnswer("twice", "a * 2"));
    case "Describe add":
      return says(readme);
    case "Write triple":
      return {
        kind: "says_after",
        gate: isRepeated ? gates.second : gates.first,
        text: functionAnswer("triple", isRepeated ? "a * 3" : "a * 2"),
      };
    case "Write half":
      return says(functionAnswer("half", isHinted ? "a / 2" : "a / 3"));
    case "Write square":
      return says(functionAnswer("square", "a * a"));
    default:
      return { kind: "says_when_back", gate: gates.back, text: functionAnswer("side", "a") };
  }
}

const cases: Readonly<Record<string, readonly [call: string, value: string]>> = {
  add: ["add(2, 3)", "5"],
  twice: ["twice(2)", "4"],
  triple: ["triple(2)", "6"],
  half: ["half(8)", "4"],
  square: ["square(3)", "9"],
  side: ["side(7)", "7"],
};

function functionFiles(name: string, expression: string): Readonly<Record<string, string>> {
  const [call, value] = cases[name] ?? ["", ""];
  return {
    [`src/${name}.js`]: `export function ${name}(a, b) {\n  return ${expression};\n}\n`,
    [`test/${name}.test.js`]: testOf(name, `${name} counts`, call, value),
  };
}

function functionAnswer(name: string, expression: string): string {
  const files = Object.entries(functionFiles(name, expression));
  return files.map(([path, content]) => `FILE: ${path}\n\`\`\`\n${content}\`\`\`\n`).join("\n");
}

/** It still matches after it was applied: applied twice, it would be there twice. */
const readme = `EDIT: README.md
\`\`\`
<<<<<<< SEARCH
- \`one()\` is one.
=======
- \`one()\` is one.
- \`add()\` and \`twice()\` count.
>>>>>>> REPLACE
\`\`\`
`;

/** What the goals that land bring, as it must stand on the base branch. */
export const brought: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [goals.sums]: {
    ...functionFiles("add", "a + b"),
    ...functionFiles("twice", "a * 2"),
    "README.md": "# Sums\n\n- `one()` is one.\n- `add()` and `twice()` count.\n",
  },
};
