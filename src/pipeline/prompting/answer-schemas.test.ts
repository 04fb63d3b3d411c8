import { Ajv } from "ajv";
import { expect, test } from "vitest";
import type { Json } from "../../domain/json.ts";
import { readAnalysis } from "../reading/read-analysis.ts";
import { parseTaskPlan } from "../planning/parse-task-plan.ts";
import { analysisSchema, planSchema } from "./answer-schemas.ts";

const schemas = [planSchema, analysisSchema];

/** Every schema within a schema, with the way to it. */
function schemasIn(schema: Json, path: string): readonly (readonly [string, Record<string, Json>])[] {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return [];
  const own = schema as Record<string, Json>;
  const properties = Object.entries((own["properties"] ?? {}) as Record<string, Json>);
  return [
    [path, own],
    ...properties.flatMap(([name, each]) => schemasIn(each, `${path}.${name}`)),
    ...schemasIn(own["items"] ?? null, `${path}[]`),
  ];
}

test.each(schemas)("the schema of $name stays within what every provider takes", ({ name, schema }) => {
  const all = schemasIn(schema, name);
  const words = new Set(all.flatMap(([, each]) => Object.keys(each)));
  const objects = all.filter(([, each]) => each["type"] === "object");
  const loose = objects.filter(
    ([, each]) =>
      each["additionalProperties"] !== false ||
      JSON.stringify(each["required"]) !== JSON.stringify(Object.keys(each["properties"] as object)),
  );

  expect(name).toMatch(/^[a-z_]{1,64}$/u);
  expect(objects.length).toBeGreaterThan(0);
  expect([...words].filter((word) => !allowedWords.has(word))).toEqual([]);
  expect(loose.map(([path]) => path)).toEqual([]);
  expect(all.filter(([, each]) => each["type"] === undefined).map(([path]) => path)).toEqual([]);
});

const allowedWords = new Set(["type", "properties", "required", "additionalProperties", "items", "enum"]);

const plan = {
  tasks: [
    {
      id: "due",
      title: "Store due dates",
      description: "A todo has one.",
      priority: "high",
      type: "feature",
      dependsOn: [],
      files: ["src/todo.ts"],
      acceptance: [["npm", "test"]],
    },
  ],
  sizeReason: null,
};
const analysis = { complexity: "low", priority: "keep", blockers: [], firstStep: null, steps: ["Begin."] };

test("an answer that fits its schema can be read, and one that lacks a key does not fit", () => {
  const ajv = new Ajv({ allowUnionTypes: true });
  const fitsPlan = ajv.compile(planSchema.schema);
  const fitsAnalysis = ajv.compile(analysisSchema.schema);

  expect([fitsPlan(plan), fitsPlan({ tasks: plan.tasks }), fitsPlan({ ...plan, end: true })]).toEqual([
    true,
    false,
    false,
  ]);
  expect(parseTaskPlan(JSON.stringify(plan)).kind).toBe("parsed");
  expect([fitsAnalysis(analysis), fitsAnalysis({ ...analysis, complexity: "trivial" })]).toEqual([
    true,
    false,
  ]);
  expect(readAnalysis(JSON.stringify(analysis), "stop")).toMatchObject({
    complexity: "low",
    priority: { kind: "keep" },
    steps: ["Begin."],
    reading: { rung: "json", conflicts: [], problems: [] },
  });
});
