import { expect, test } from "vitest";
import { parsePrompts } from "./prompts.ts";

function prompt(words: string): string {
  return `# System\n${words}\n\n# Request\n\n## Goal\n{{goal}}\n`;
}

const files = new Map([
  ["plan.v2.md", prompt("two")],
  ["plan.v10.md", prompt("ten")],
  ["plan.v011.md", prompt("no version")],
  ["plan.md", prompt("no version")],
  ["analyse.v1.md", prompt("one")],
  ["build.v1.md", prompt("one")],
]);

test("the newest version of each prompt is used, by its number", () => {
  const { plan, analyse, build } = parsePrompts(files);

  expect([plan.version, plan.system]).toEqual(["plan.v10", "ten"]);
  expect([analyse.version, build.version]).toEqual(["analyse.v1", "build.v1"]);
});

test("a prompt that is missing is not made up", () => {
  expect(() => parsePrompts(new Map([...files].filter(([name]) => name !== "build.v1.md")))).toThrow(
    "There is no prompt build.",
  );
});
