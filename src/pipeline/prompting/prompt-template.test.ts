import { expect, test } from "vitest";
import { fillPrompt, parsePromptTemplate, placesOf } from "./prompt-template.ts";

const text = `# System

You plan.
In two lines.

# Request

## Goal
{{goal}}

## Rule
Be brief.

## Both
{{one}} and {{other}}
`;

const values = { goal: "Fly", one: "1", other: "2" };

test("a request is a text for all of them and the sections it fills in", () => {
  const template = parsePromptTemplate("plan.v3", text);

  expect(fillPrompt(template, values)).toEqual({
    promptVersion: "plan.v3",
    system: "You plan.\nIn two lines.",
    prompt: "## Goal\nFly\n\n## Rule\nBe brief.\n\n## Both\n1 and 2\n\n",
  });
  expect(placesOf(template)).toEqual(["goal", "one", "other"]);
});

test("a section is left out when all of its values are empty, and only then", () => {
  const template = parsePromptTemplate("plan.v3", text);

  expect(fillPrompt(template, { goal: " \n", one: "", other: "" }).prompt).toBe("## Rule\nBe brief.\n\n");
  expect(fillPrompt(template, { ...values, one: "" }).prompt).toContain("## Both\n and 2");
});

test("what is put in stays as it is: places, dollars and headings in it are only text", () => {
  const template = parsePromptTemplate("plan.v3", text);
  const goal = "{{other}} $& $1 {{nobody}}\n## Rule";

  expect(fillPrompt(template, { ...values, goal }).prompt).toContain(`## Goal\n${goal}\n\n## Rule`);
});

test("files with other line ends are read the same", () => {
  expect(parsePromptTemplate("plan.v3", text.replaceAll("\n", "\r\n"))).toEqual(
    parsePromptTemplate("plan.v3", text),
  );
});

test.each([
  "",
  "# System\n\n# Request\n\n## A\nb\n",
  "# System\nYou.\n",
  "# System\nYou.\n\n# Request\n\nGoal\n",
])("%j is no prompt", (broken) => {
  expect(() => parsePromptTemplate("plan.v3", broken)).toThrow("plan.v3");
});

test.each([{}, { goal: "Fly", one: "1" }, Object.create({ goal: "a", one: "b", other: "c" }) as object])(
  "a value that nobody gives is a mistake of ours, never an empty place: %j",
  (given) => {
    expect(() => fillPrompt(parsePromptTemplate("plan.v3", text), { ...given })).toThrow("nobody gives");
  },
);
