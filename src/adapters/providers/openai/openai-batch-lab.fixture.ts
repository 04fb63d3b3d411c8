import { randomUUID } from "node:crypto";
import { Secret } from "../../../domain/secret.ts";
import type { BatchRequest } from "../../../ports/batch-provider.ts";
import { OpenAiBatchProvider, type OpenAiBatchOptions } from "./openai-batch-provider.ts";
import { OpenAiFixture } from "./openai-server.fixture.ts";

export const never: AbortSignal = new AbortController().signal;
export const minute = 60_000;
export const key = `sk-${randomUUID()}`;

const empty = { type: "object", properties: {}, required: [], additionalProperties: false };
export const schema = { name: "plan", schema: empty };

/** Requests that the server has answers to. */
export const answered = ["aas_1", "aas_2", "aas_3"].map((id) => ({
  ...batchRequest(id),
  text: `answer to ${id}`,
}));

export function batchRequest(customId: string): BatchRequest {
  return {
    customId,
    request: {
      purpose: "analyze",
      promptVersion: "analyze.v1",
      system: "s",
      prompt: customId,
      schema,
      maxOutputTokens: 9,
    },
  };
}

export function startServer(): Promise<OpenAiFixture> {
  return OpenAiFixture.start(new Map(answered.map(({ customId, text }) => [customId, text])));
}

export function connect(
  { clock, baseUrl }: OpenAiFixture,
  options: Partial<OpenAiBatchOptions> = {},
): OpenAiBatchProvider {
  return new OpenAiBatchProvider({
    baseUrl,
    apiKey: new Secret(key),
    model: "gpt-test",
    price: null,
    clock,
    pause: clock.pause,
    ...options,
  });
}
