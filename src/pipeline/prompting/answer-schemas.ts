import { complexities } from "../../domain/analysis.ts";
import { priorities } from "../../domain/priority.ts";
import type { Json } from "../../domain/json.ts";
import type { AnswerSchema } from "../../ports/model.ts";

/*
 * What every provider takes: all keys required, null where there is nothing, no others, no bounds on lengths or numbers.
 * What else must hold is checked when the answer is read.
 */

const text: Json = { type: "string" };
const texts: Json = { type: "array", items: text };
const textOrNull: Json = { type: ["string", "null"] };

export const planSchema: AnswerSchema = {
  name: "task_plan",
  schema: objectOf({
    tasks: {
      type: "array",
      items: objectOf({
        id: text,
        title: text,
        description: text,
        priority: { type: "string", enum: [...priorities] },
        type: text,
        dependsOn: texts,
        files: texts,
        acceptance: { type: "array", items: texts },
      }),
    },
    sizeReason: textOrNull,
  }),
};

export const analysisSchema: AnswerSchema = {
  name: "task_analysis",
  schema: objectOf({
    complexity: { type: "string", enum: [...complexities] },
    priority: { type: "string", enum: ["keep", ...priorities] },
    blockers: texts,
    firstStep: textOrNull,
    steps: texts,
  }),
};

function objectOf(properties: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}
