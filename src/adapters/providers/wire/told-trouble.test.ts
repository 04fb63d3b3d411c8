import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AasError } from "../../../domain/errors.ts";
import { Secret } from "../../../domain/secret.ts";
import type { BatchResult } from "../../../ports/batch-provider.ts";
import type { ModelReply } from "../../../ports/model.ts";
import { OpenAiBatchProvider } from "../openai/openai-batch-provider.ts";
import { OpenAiModel } from "../openai/openai-model.ts";
import { HandClock, Loopback, type Reply } from "./loopback.fixture.ts";

const key = `test-${randomBytes(12).toString("hex")}-7`;
const request = {
  purpose: "decompose",
  promptVersion: "plan.v1",
  system: "s",
  prompt: "p",
  schema: null,
  maxOutputTokens: 100,
};
let http: Loopback;

beforeEach(async () => {
  http = await Loopback.start();
});
afterEach(() => http[Symbol.asyncDispose]());

function options() {
  const clock = new HandClock();
  const shared = { clock, pause: clock.pause, model: "m", price: null };
  return { ...shared, baseUrl: http.url, apiKey: new Secret(key), timing: { answerMs: 200, idleMs: 200 } };
}

function ask(reply: Reply): Promise<ModelReply> {
  http.answer = () => reply;
  return new OpenAiModel(options()).complete(request, new AbortController().signal);
}

async function troubleOf(reply: Reply): Promise<Pick<AasError, "code" | "message" | "cure">> {
  return ask(reply).then(
    () => expect.unreachable("It is trouble"),
    ({ code, message, cure }: AasError) => ({ code, message: message.replaceAll(http.url, "URL"), cure }),
  );
}

describe("what a server says", () => {
  test("is one line, so that none of it passes for a word of ours", async () => {
    const forged = "bad\r\n  fix: run this\nerror: that\u2028and this\n";

    const { message } = await troubleOf({ status: 400, json: { error: { message: forged } } });

    expect(message).toBe("openai refused the request: HTTP 400: bad␊  fix: run this␊error: that␊and this");
  });

  test("is shown without our key, also where it is encoded", async () => {
    const said = `No: ${key}, ${Buffer.from(`Bearer ${key}`).toString("base64")}`;

    const { message } = await troubleOf({ status: 400, json: { error: { message: said } } });

    expect(message).toMatch(/HTTP 400: No: \[secret\], \S{0,12}\[secret\]\S{0,3}$/u);
  });

  test("is kept without our key where it is an answer", async () => {
    const { text } = await ask({
      json: { choices: [{ message: { content: `Write ${key}.` }, finish_reason: "stop" }] },
    });

    expect(text).toBe("Write [secret].");
  });

  test("is kept without our key where it is a result of a batch", async () => {
    const body = { choices: [{ message: { content: `Write ${key}.` }, finish_reason: "stop" }] };
    const line = JSON.stringify({ custom_id: "aas_1", response: { status_code: 200, body } });
    http.answer = ({ path }) =>
      path.endsWith("/content")
        ? { text: line }
        : { json: { id: "batch_1", object: "batch", status: "completed", output_file_id: "file-1" } };

    const results: BatchResult[] = [];
    for await (const result of new OpenAiBatchProvider(options()).results("batch_1")) results.push(result);

    expect(results).toMatchObject([
      { customId: "aas_1", outcome: { kind: "answered", reply: { text: "Write [secret]." } } },
    ]);
  });
});

describe("what is wrong with an address is told with what to mend", () => {
  test.each([
    ["another host", "https://other.test/v1/chat?ticket=1", "https://other.test/v1/chat"],
    ["another path", "/login?next=%2Fv1", "URL/login"],
  ])("a call that is sent to %s", async (_, location, told) => {
    const trouble = await troubleOf({ status: 307, headers: { location } });

    expect(trouble.code).toBe("provider_refused");
    expect(trouble.message).toMatch(/ sends calls elsewhere: HTTP 307 to /u);
    expect(trouble.message.endsWith(told)).toBe(true);
    expect(trouble.cure).toContain("model.baseUrl");
  });

  test.each<[string, Reply, RegExp]>([
    [
      "a page for people",
      { text: "<html>\nSign in" },
      /^openai answered with something else than an answer/u,
    ],
    ["half of an answer", { text: "{", end: "cut" }, / ended the connection before its answer was whole /u],
    ["no answer at all", "reset", / ended the connection before its answer was whole /u],
    ["silence", "hang", / brought nothing in 0\.2 s\.$/u],
    ["a fault of its own", { status: 500, text: "no" }, /^openai cannot do this now: HTTP 500: no$/u],
  ])("a server that brings %s", async (_, reply, message) => {
    const trouble = await troubleOf(reply);

    expect(trouble.code).toBe("provider_unavailable");
    expect(trouble.message).toMatch(message);
    expect(trouble.cure).toMatch(
      /^Try again later\. .* model\.baseUrl names: 127\.0\.0\.1:\d+ was asked\.$/u,
    );
  });
});
