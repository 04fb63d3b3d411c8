import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { corpora, corpusCases } from "./corpus-cases.ts";
import { chatLine, linesOf, openaiClient, submit } from "./openai-client.ts";

/** The envelope of a result line. The official client has no type for it, so this one is written out of the reference. */
const schema = {
  type: "object",
  additionalProperties: false,
  required: ["id", "custom_id", "response", "error"],
  properties: {
    id: { type: "string", minLength: 1 },
    custom_id: { type: "string", minLength: 1 },
    response: {
      anyOf: [
        { type: "null" },
        {
          type: "object",
          additionalProperties: false,
          required: ["status_code", "request_id", "body"],
          properties: {
            status_code: { type: "integer" },
            request_id: { type: "string" },
            body: { type: ["object", "null"] },
          },
        },
      ],
    },
    error: {
      anyOf: [
        { type: "null" },
        {
          type: "object",
          additionalProperties: false,
          required: ["code", "message"],
          properties: { code: { type: "string" }, message: { type: "string" } },
        },
      ],
    },
  },
};
const isLine = new Ajv2020().compile(schema);

test("every line that is not spoilt has the envelope of a result", async () => {
  await using server = await FaultServer.start({
    script: {
      batches: [{ fate: { kind: "expired", done: 4 } }],
      lines: [
        { customIds: ["b"], fault: { kind: "status", status: 429, code: "rate_limit_exceeded" } },
        { customIds: ["c"], fault: { kind: "status_zero" } },
        { customIds: ["d"], fault: { kind: "no_usage" } },
      ],
    },
  });
  const client = openaiClient(`${server.url}/v1`);
  const { id } = await submit(client, ["a", "b", "c", "d", "e"].map((name) => chatLine(name)).join("\n"));
  server.finish(id);
  const batch = await client.batches.retrieve(id);

  const lines = [
    ...(await linesOf(client, batch.output_file_id)),
    ...(await linesOf(client, batch.error_file_id)),
  ];

  expect(lines.map((line) => isLine(JSON.parse(line)))).toEqual([true, true, true, true, true]);
});

test("what is no result line is found", () => {
  const line = { id: "x", custom_id: "a", response: null, error: null };

  expect([line, { ...line, mood: "good" }, { id: "x" }].map((value) => isLine(value))).toEqual([
    true,
    false,
    false,
  ]);
});

test.skipIf(corpora === undefined)(
  "lines that OpenAI really sent have this envelope (needs AAS_CORPORA)",
  () => {
    const recorded = corpusCases(corpora ?? "")
      .filter((one) => one["provider"] === "openai" && Array.isArray(one["output_file"]))
      .flatMap((one) => one["output_file"] as readonly string[]);

    const wrong = recorded.filter((line) => !isLine(JSON.parse(line)));

    expect(recorded.length).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  },
);
