import { writeFileSync } from "node:fs";
import * as z from "zod";
import { batchListSchema, batchResultsSchema, batchSchema, batchSubmissionSchema } from "./batch-schema.ts";
import { doctorSchema } from "./doctor-schema.ts";
import { envelopeSchema } from "./envelope-schema.ts";
import { reportSchema } from "./report-schema.ts";
import { runSchema } from "./run-schema.ts";
import { taskListSchema, taskSchema } from "./task-schema.ts";

/** How to renew the committed files after a change of a document. */
export const renewCommand = "node_modules/.bin/node src/cli/documents/json-schemas.ts && npm run format";

const documents = {
  envelope: envelopeSchema,
  run: runSchema,
  task: taskSchema,
  "task-list": taskListSchema,
  doctor: doctorSchema,
  report: reportSchema,
  batch: batchSchema,
  "batch-list": batchListSchema,
  "batch-results": batchResultsSchema,
  "batch-submission": batchSubmissionSchema,
} as const;

const folder = new URL("../../../docs/json/", import.meta.url);

/** The documents that --json prints, by the name of their file in `docs/json`. */
export function toJsonSchemas(): ReadonlyMap<string, object> {
  return new Map(
    Object.entries(documents).map(([name, schema]) => [`${name}.schema.json`, toSchema(schema)]),
  );
}

function toSchema(schema: z.ZodType): object {
  return z.toJSONSchema(schema, {
    // The format says it; the pattern that says it again is half a screen long.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
    },
  });
}

if (import.meta.main) {
  for (const [name, schema] of toJsonSchemas())
    writeFileSync(new URL(name, folder), `${JSON.stringify(schema, null, 2)}\n`);
}
