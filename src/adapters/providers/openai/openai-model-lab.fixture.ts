import { randomUUID } from "node:crypto";
import { afterEach, beforeEach } from "vitest";
import { plainPrice } from "../../../domain/money/price.ts";
import { Secret } from "../../../domain/secret.ts";
import type { ModelReply, ModelRequest } from "../../../ports/model.ts";
import { HandClock, Loopback, type Reply } from "../wire/loopback.fixture.ts";
import { OpenAiModel, type OpenAiModelOptions } from "./openai-model.ts";
import { chatCompletion } from "./openai-server.fixture.ts";

export const never: AbortSignal = new AbortController().signal;
export const key = `sk-${randomUUID()}`;
export const ok = { json: chatCompletion("hello") } satisfies Reply;
export const request: ModelRequest = {
  purpose: "build",
  promptVersion: "build.v1",
  system: "s",
  prompt: "p",
  schema: null,
  maxOutputTokens: 100,
};
export const asked: ModelRequest = { ...request, schema: { name: "plan", schema: { type: "object" } } };

/** A server that answers as it is told to, and a model that asks it. */
interface OpenAiModelLab extends AsyncDisposable {
  readonly http: Loopback;
  readonly clock: HandClock;
  /** One answer after the other; the last one for all that follow. */
  readonly script: (...replies: readonly Reply[]) => void;
  readonly connect: (options?: Partial<OpenAiModelOptions>) => OpenAiModel;
  readonly complete: (options?: Partial<OpenAiModelOptions>, wish?: ModelRequest) => Promise<ModelReply>;
  /** What the server was asked for. */
  readonly bodies: () => readonly unknown[];
}

/** A lab for each test of a file, opened before it and closed after it. */
export function labOfEachTest(): () => OpenAiModelLab {
  let lab: OpenAiModelLab | null = null;
  beforeEach(async () => {
    lab = await openModelLab();
  });
  afterEach(async () => lab?.[Symbol.asyncDispose]());
  return () => {
    if (lab === null) throw new Error("The lab is open only while a test runs.");
    return lab;
  };
}

async function openModelLab(): Promise<OpenAiModelLab> {
  const http = await Loopback.start();
  const clock = new HandClock();
  const connect: OpenAiModelLab["connect"] = (options = {}) =>
    new OpenAiModel({
      baseUrl: `${http.url}/v1/`,
      apiKey: new Secret(key),
      model: "gpt-test",
      price: plainPrice(1, 2),
      clock,
      pause: clock.pause,
      ...options,
    });
  return {
    http,
    clock,
    connect,
    script: (...replies) => {
      let index = 0;
      http.answer = () => {
        index += 1;
        return replies[Math.min(index, replies.length) - 1] ?? "reset";
      };
    },
    complete: (options = {}, wish = request) => connect(options).complete(wish, never),
    bodies: () => http.received.map(({ body }) => JSON.parse(body.toString()) as unknown),
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}

export function refused(status: number, error: unknown, headers = {}): Reply {
  return { status, json: { error }, headers };
}
