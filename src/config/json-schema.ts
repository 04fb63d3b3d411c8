import * as z from "zod";
import { configSchema } from "./config-schema.ts";

/** How to renew the committed file after a change of the settings. */
export const renewCommand =
  "node_modules/.bin/node src/config/json-schema.ts > aas.config.schema.json && npm run format";

/** What editors complete and check `aas.config.jsonc` with. */
export function toJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: "input", target: "draft-7" });
  return {
    $schema,
    title: "aas.config.jsonc",
    description: "Settings of AAS for one repository.",
    // What the editors' language server wants to hear so that it accepts what we accept.
    allowTrailingCommas: true,
    allowComments: true,
    ...schema,
  };
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(toJsonSchema(), null, 2)}\n`);
