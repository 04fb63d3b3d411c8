import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renewCommand, toJsonSchema } from "./json-schema.ts";

test("the committed schema is the one that the settings give", () => {
  const committed: unknown = JSON.parse(
    readFileSync(new URL("../../aas.config.schema.json", import.meta.url), "utf8"),
  );

  expect(committed, `aas.config.schema.json is stale. Renew it: ${renewCommand}`).toEqual(toJsonSchema());
});

test("the schema refuses unknown keys and describes every setting", () => {
  expect(toJsonSchema()).toMatchObject({
    additionalProperties: false,
    properties: {
      budget: {
        additionalProperties: false,
        properties: {
          perRunUsd: { type: "number", minimum: 0, default: 10, description: expect.any(String) as string },
        },
      },
    },
  });
});
