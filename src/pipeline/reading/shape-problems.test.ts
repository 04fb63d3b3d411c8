import { expect, test } from "vitest";
import { z } from "zod";
import { shapeProblems } from "./shape-problems.ts";

const shape = z.object({
  tasks: z.array(z.object({ title: z.string().max(3), files: z.array(z.string()) })),
});

test.each<[string, unknown, readonly string[]]>([
  ["a field that is not there", {}, ["tasks is missing; it must be a list."]],
  ["a field of another kind", { tasks: "all" }, ["tasks must be a list."]],
  ["no object at all", [1], ["It must be an object."]],
  [
    "several of them",
    {
      tasks: [
        { title: 1, files: [] },
        { title: "abc", files: null },
      ],
    },
    ["tasks[0].title must be a text.", "tasks[1].files must be a list."],
  ],
])("%s is told in words", (_name, value, problems) => {
  const parsed = shape.safeParse(value);

  expect(parsed.success ? [] : shapeProblems(parsed.error, value)).toEqual(problems);
});

test("what is too long is told with its place", () => {
  const value = { tasks: [{ title: "abcd", files: [] }] };
  const parsed = shape.safeParse(value);

  expect(parsed.success ? [] : shapeProblems(parsed.error, value)).toEqual([
    expect.stringMatching(/^tasks\[0\]\.title: Too big: .+\.$/u),
  ]);
});
