import { expect, test } from "vitest";
import { key, never, ok, labOfEachTest, refused, request } from "./openai-model-lab.fixture.ts";

const lab = labOfEachTest();

test("an answer comes with what it used and with the model that gave it", async () => {
  const { bodies, complete, http, script } = lab();
  script(ok);

  const reply = await complete();

  expect(reply).toEqual({
    text: "hello",
    finish: "stop",
    usage: { inputTokens: 120, cacheReadTokens: 20, cacheWriteTokens: 0, outputTokens: 30 },
    model: "gpt-test",
  });
  expect(bodies()).toEqual([
    {
      model: "gpt-test",
      messages: [
        { role: "system", content: "s" },
        { role: "user", content: "p" },
      ],
      max_tokens: 100,
    },
  ]);
  expect(http.received[0]).toMatchObject({
    path: "/v1/chat/completions",
    headers: { authorization: `Bearer ${key}` },
  });
});

test("the flexible tier is asked for by name", async () => {
  const { bodies, connect, script } = lab();
  script(ok);

  await connect({}).complete(request, never, "flex");

  expect(bodies()).toMatchObject([{ service_tier: "flex" }]);
});

test("what was worked on at another price than it was asked at says so", async () => {
  const { complete, connect, script } = lab();
  script({ ...ok, json: { ...(ok.json as object), service_tier: "default" } }, ok);

  const replies = [await connect({}).complete(request, never, "flex"), await complete()];

  expect(replies.map(({ tier }) => tier)).toEqual(["standard", undefined]);
});

test("a flexible tier without room is no limit on calls: it is told at once, and not asked again", async () => {
  const { connect, http, script } = lab();
  script(refused(429, { code: "resource_unavailable", message: "Resource unavailable." }));

  const reply = connect({}).complete(request, never, "flex");

  await expect(reply).rejects.toMatchObject({ code: "provider_full", hadNoEffect: true });
  expect(http.received).toHaveLength(1);
});

test("a server without a key is shown none", async () => {
  const { complete, http, script } = lab();
  script(ok);

  await complete({ apiKey: null });

  expect(http.received[0]?.headers.authorization).toBeUndefined();
});

test.each([
  [429, "insufficient_quota"],
  [400, "billing_hard_limit_reached"],
  [402, "whatever"],
  [403, "project_spend_limit_exceeded"],
])("%i %s is about money and is not asked again", async (status, code) => {
  const { complete, http, script } = lab();
  script(refused(status, { code, message: "no money" }));

  await expect(complete()).rejects.toMatchObject({ code: "provider_unpaid", retryable: false });
  expect(http.received).toHaveLength(1);
});

test.each([
  [401, { code: "invalid_api_key", message: "wrong key" }, /OPENAI_API_KEY/u],
  [404, { code: "model_not_found", message: "no such model" }, /name of the model/u],
  [400, { code: "context_length_exceeded", message: "too long" }, /refused again/u],
  [413, { message: "too large" }, /less at once/u],
])("%i is refused, with what to do", async (status, error, cure) => {
  const { complete, script } = lab();
  script(refused(status, error));

  await expect(complete()).rejects.toMatchObject({
    code: "provider_refused",
    retryable: false,
    cure: expect.stringMatching(cure),
  });
});

test("a filter that refuses the prompt is an answer that says so", async () => {
  const { complete, script } = lab();
  script(refused(400, { code: "content_filter", innererror: { code: "ResponsibleAIPolicyViolation" } }));

  expect(await complete()).toEqual({ text: "", finish: "filter", usage: null, model: null });
});
