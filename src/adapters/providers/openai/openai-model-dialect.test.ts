import { expect, test } from "vitest";
import { DialectMemory } from "./dialect.ts";
import { asked, never, ok, labOfEachTest, refused, request } from "./openai-model-lab.fixture.ts";

const lab = labOfEachTest();

test("a server that takes no schema is told it in words, and asked no more for what it does not take", async () => {
  const { bodies, connect, script } = lab();
  const unknownFormat = refused(400, {
    message: "Invalid value",
    type: "invalid_request_error",
    param: "response_format",
  });
  script(unknownFormat, unknownFormat, ok);
  const model = connect();

  expect((await model.complete(asked, never)).text).toBe("hello");
  await model.complete(asked, never);

  const formats = bodies().map(
    (body) => (body as { response_format?: { type: string } }).response_format?.type,
  );
  expect(formats).toEqual(["json_schema", "json_object", undefined, undefined]);
  expect(JSON.stringify(bodies().at(-1))).toContain("match this JSON schema");
});

test("another schema is asked for as strictly as ever", async () => {
  const { bodies, complete, script } = lab();
  const dialects = new DialectMemory("max_tokens");
  dialects.remember("plan", { format: "text", maxTokensField: "max_tokens" });
  script(ok);

  await complete({ dialects }, { ...asked, schema: { name: "analysis", schema: { type: "object" } } });

  expect(bodies()).toMatchObject([{ response_format: { type: "json_schema" } }]);
});

test("a request that is wrong in all words is refused, and nothing is learned from it", async () => {
  const { bodies, connect, http, script } = lab();
  script(refused(400, { message: "wrong", type: "invalid_request_error" }));
  const model = connect();

  await expect(model.complete(asked, never)).rejects.toMatchObject({ code: "provider_refused" });
  expect(http.received).toHaveLength(3);
  script(ok);
  await model.complete(asked, never);

  expect(bodies().at(-1)).toMatchObject({ response_format: { type: "json_schema" } });
});

test("the limit of tokens is named as the server wants it", async () => {
  const { bodies, connect, script } = lab();
  script(refused(400, { code: "unsupported_parameter", param: "max_tokens", message: "Use another." }), ok);
  const model = connect();

  await model.complete(request, never);
  await model.complete(request, never);

  expect(bodies().map((body) => Object.keys(body as object).at(-1))).toEqual([
    "max_tokens",
    "max_completion_tokens",
    "max_completion_tokens",
  ]);
});

test("a server that wants the limit under neither name is asked twice, and no more", async () => {
  const { complete, http } = lab();
  http.answer = ({ body }) => {
    const param = body.includes("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
    return refused(400, { code: "invalid_value", param, message: "It is too large." });
  };

  await expect(complete()).rejects.toMatchObject({ code: "provider_refused" });
  expect(http.received).toHaveLength(2);
});
