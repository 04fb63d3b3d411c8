import { expect, test } from "vitest";
import { Loopback, type Reply } from "../wire/loopback.fixture.ts";
import { never, ok, labOfEachTest, refused, request } from "./openai-model-lab.fixture.ts";

const lab = labOfEachTest();

test("what certainly did not run is asked again, after as long as the server says", async () => {
  const { clock, complete, script } = lab();
  script(
    refused(429, { code: "rate_limit_exceeded", message: "slow" }, { "retry-after": "7" }),
    refused(503, { message: "busy" }),
    ok,
  );

  expect((await complete()).text).toBe("hello");
  expect(clock.pauses).toEqual([7_000, 4_000]);
});

test("after a few tries it is given up, to be tried again later", async () => {
  const { clock, complete, http, script } = lab();
  script(refused(429, { code: "rate_limit_exceeded", message: "slow" }));

  await expect(complete()).rejects.toMatchObject({ code: "provider_unavailable", retryable: true });
  expect(http.received).toHaveLength(4);
  expect(clock.pauses).toEqual([1_000, 4_000, 10_000]);
});

test("nobody waits here for as long as a server that says an hour", async () => {
  const { clock, complete, http, script } = lab();
  script(refused(429, { message: "slow" }, { "retry-after": "3600" }));

  await expect(complete()).rejects.toMatchObject({ code: "provider_unavailable", retryable: true });
  expect([http.received.length, clock.pauses]).toEqual([1, []]);
});

test.each([
  ["a fault of the server", refused(500, { message: "oops" })],
  ["a gateway that lost patience", { status: 504, text: "<html>" }],
  ["an answer that is none", { status: 200, text: "<html>" }],
  ["an answer without a choice", { status: 200, json: { choices: [] } }],
  ["an answer that was cut off", "reset" as const],
])("%s may have run: it is not asked again here", async (_, reply) => {
  const { complete, http, script } = lab();
  script(reply);

  await expect(complete()).rejects.toMatchObject({ code: "provider_unavailable", retryable: true });
  expect(http.received).toHaveLength(1);
});

test("an answer that takes too long is given up", async () => {
  const { complete, script } = lab();
  script("hang");

  await expect(complete({ timing: { answerMs: 50 } })).rejects.toMatchObject({
    code: "provider_unavailable",
    retryable: true,
  });
});

test("whoever calls a call off is told with the reason of that", async () => {
  const { connect, http } = lab();
  const reason = new Error("The run was canceled.");
  const controller = new AbortController();
  http.answer = () => {
    controller.abort(reason);
    return "hang";
  };

  await expect(connect().complete(request, controller.signal)).rejects.toBe(reason);
});

test.each<[Reply, boolean]>([
  [{ status: 429, headers: { "retry-after": "3600" }, json: { error: { message: "slow down" } } }, true],
  [{ status: 401, json: { error: { message: "no such key" } } }, true],
  [{ status: 500, json: { error: { message: "sorry" } } }, false],
  ["reset", false],
])("after %j it is %s that nothing can have been done for the call", async (reply, hadNoEffect) => {
  const { connect, script } = lab();
  script(reply);

  await expect(connect().complete(request, never)).rejects.toMatchObject({ hadNoEffect });
});

test("a server that is not there did nothing", async () => {
  const { connect } = lab();
  const nobody = await Loopback.start();
  const { url } = nobody;
  await nobody[Symbol.asyncDispose]();

  await expect(connect({ baseUrl: url }).complete(request, never)).rejects.toMatchObject({
    code: "provider_unavailable",
    hadNoEffect: true,
  });
});
