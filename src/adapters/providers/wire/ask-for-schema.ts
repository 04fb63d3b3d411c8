import type { AnswerSchema } from "../../../ports/model.ts";

/** What a server that takes no schema is told in words instead. */
export function askForSchema(system: string, { schema }: AnswerSchema): string {
  const wish = "Answer with one JSON object and nothing else. It must match this JSON schema:";
  return [system, `${wish}\n${JSON.stringify(schema)}`].filter((text) => text !== "").join("\n\n");
}
