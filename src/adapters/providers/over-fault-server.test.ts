import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { Secret } from "../../domain/secret.ts";
import type { BatchProvider, BatchRequest, BatchResult } from "../../ports/batch-provider.ts";
import type { ModelRequest } from "../../ports/model.ts";
import {
  type BatchProviderSubject,
  describeBatchProvider,
  lostSubmit,
  submitTo,
} from "../../testing/describe-batch-provider.ts";
import type { FaultScriptInput } from "../../testing/fault-server/fault-script.ts";
import { FaultServer } from "../../testing/fault-server/fault-server.ts";
import { AnthropicBatchProvider } from "./anthropic/anthropic-batch-provider.ts";
import { AnthropicModel } from "./anthropic/anthropic-model.ts";
import { GeminiBatchProvider } from "./gemini/gemini-batch-provider.ts";
import { GeminiModel } from "./gemini/gemini-model.ts";
import { OpenAiBatchProvider } from "./openai/openai-batch-provider.ts";
import { OpenAiModel } from "./openai/openai-model.ts";
import { HandClock } from "./wire/loopback.fixture.ts";

const minute = 60_000;

function modelRequest(prompt: string): ModelRequest {
  return {
    purpose: "analyze",
    promptVersion: "analyze.v1",
    system: "s",
    prompt,
    schema: null,
    maxOutputTokens: 2_000,
  };
}

function batchRequest(customId: string): BatchRequest {
  return { customId, request: modelRequest(`Look at ${customId}`) };
}

const answered = ["aas_1", "aas_2", "aas_3"].map((id) => ({ ...batchRequest(id), text: `answer to ${id}` }));

const tokens = {
  inputTokens: 50,
  cacheReadTokens: 10,
  cacheWriteTokens: 0,
  outputTokens: 40,
  thinkingTokens: 15,
};

const common = { apiKey: new Secret(randomUUID()), model: "m", price: null };

/** A server that was written by the protocols alone, and one client of each vendor for it. */
class World implements AsyncDisposable {
  readonly clock = new HandClock();
  readonly #server: FaultServer;

  private constructor(server: FaultServer, clock: HandClock) {
    this.#server = server;
    this.clock = clock;
  }

  static async open(script: FaultScriptInput = {}): Promise<World> {
    const clock = new HandClock();
    const answer = (customId: string | null): { text: string; tokens: typeof tokens } => ({
      text: `answer to ${customId ?? "a call"}`,
      tokens,
    });
    const server = await FaultServer.start({ script, answer, now: () => clock.now().getTime() });
    return new World(server, clock);
  }

  get server(): FaultServer {
    return this.#server;
  }

  get #options(): typeof common & { readonly clock: HandClock; readonly pause: HandClock["pause"] } {
    return { ...common, clock: this.clock, pause: this.clock.pause };
  }

  batches(vendor: VendorName): BatchProvider {
    const { url } = this.#server;
    switch (vendor) {
      case "OpenAI":
        return new OpenAiBatchProvider({ ...this.#options, baseUrl: `${url}/v1` });
      case "Anthropic":
        return new AnthropicBatchProvider({ ...this.#options, baseUrl: url });
      case "Gemini":
        return new GeminiBatchProvider({ ...this.#options, baseUrl: url });
    }
  }

  model(vendor: VendorName): OpenAiModel | AnthropicModel | GeminiModel {
    const { url } = this.#server;
    switch (vendor) {
      case "OpenAI":
        return new OpenAiModel({ ...this.#options, baseUrl: `${url}/v1` });
      case "Anthropic":
        return new AnthropicModel({ ...this.#options, baseUrl: url });
      case "Gemini":
        return new GeminiModel({ ...this.#options, baseUrl: url });
    }
  }

  finish(ref: string): void {
    this.#server.finish(ref);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}

const vendors = ["OpenAI", "Anthropic", "Gemini"] as const;

type VendorName = (typeof vendors)[number];

const patient = { by: "looks", inProgress: 1_000, canceling: 0 } as const;

async function open(vendor: VendorName): Promise<BatchProviderSubject> {
  const failing = batchRequest("aas_unknown");
  const world = await World.open({
    pace: patient,
    unknownFile: "refused",
    lines: [{ customIds: [failing.customId], fault: { kind: "status", status: 400 } }],
  });
  return {
    connect: () => world.batches(vendor),
    answered,
    failing,
    finish: async (ref) => world.finish(ref),
    uploads: vendor === "OpenAI",
    now: () => world.clock.now(),
    passGrace: async () => world.clock.pass(16 * minute),
    countBatches: async () => world.server.batches.length,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

for (const vendor of vendors) describeBatchProvider(`${vendor} over the fault server`, () => open(vendor));

async function resultsOf(provider: BatchProvider, ref: string): Promise<readonly BatchResult[]> {
  const results: BatchResult[] = [];
  for await (const result of provider.results(ref)) results.push(result);
  return results;
}

function wordOf({ outcome }: BatchResult): string {
  return outcome.kind === "answered" ? outcome.reply.finish : outcome.failure;
}

test.each(vendors)(
  "%s: what becomes of each request is told, and no broken line takes another with it",
  async (vendor) => {
    const lines: FaultScriptInput["lines"] = [
      { customIds: ["aas_1"], fault: { kind: "status", status: 500 } },
      { customIds: ["aas_2"], fault: { kind: "status", status: 400 } },
      { customIds: ["aas_3"], fault: { kind: "length" } },
      { customIds: ["aas_4"], fault: { kind: "empty" } },
      // What stands inside of one document is read with all of it or not at all.
      { customIds: ["aas_5"], fault: { kind: vendor === "Gemini" ? "missing" : "corrupted" } },
      { customIds: ["aas_6"], fault: { kind: "missing" } },
      { customIds: ["aas_7"], fault: { kind: "no_custom_id" } },
      { customIds: ["aas_8"], fault: { kind: "no_usage" } },
    ];
    await using world = await World.open({ lines });
    const items = Array.from({ length: 9 }, (_, index) => batchRequest(`aas_${index + 1}`));
    const ref = await submitTo(world.batches(vendor), items, "bat_1");
    world.finish(ref);

    const results = await resultsOf(world.batches(vendor), ref);

    expect(Object.fromEntries(results.map((result) => [result.customId, wordOf(result)]))).toEqual({
      aas_1: "transient",
      aas_2: "invalid_request",
      aas_3: "length",
      aas_4: "length",
      aas_8: "stop",
      aas_9: "stop",
    });
    const whole = results.find(({ customId }) => customId === "aas_9")?.outcome;
    const { thinkingTokens: _, ...usage } = tokens;
    expect(whole).toMatchObject({ kind: "answered", reply: { text: "answer to aas_9", usage } });
    expect(results.find(({ customId }) => customId === "aas_8")?.outcome).toMatchObject({
      reply: { usage: null },
    });
  },
);

test.each(["OpenAI", "Anthropic"] as const)("%s: files in any dress are read", async (vendor) => {
  const files = ["crlf", "bom", "blank_lines", "shuffled", "no_end", "line_separator"] as const;
  await using world = await World.open({ batches: [{ files: [...files], noErrorFile: "empty_id" }] });
  const ref = await submitTo(world.batches(vendor), answered, "bat_1");
  world.finish(ref);

  const results = await resultsOf(world.batches(vendor), ref);

  expect(results.map(({ customId }) => customId).toSorted()).toEqual(
    answered.map(({ customId }) => customId),
  );
});

test.each(vendors)("%s: a list that is late shows nothing before it shows the batch", async (vendor) => {
  await using world = await World.open({ lag: { listMs: 3 * minute, retrieveMs: 10 * minute } });
  const since = world.clock.now();
  const customIds = answered.map(({ customId }) => customId);
  const prepared = await world.batches(vendor).prepare(answered, "bat_1", new AbortController().signal);
  if (prepared.kind === "refused") throw new Error(prepared.message);
  const { uploadRef } = prepared;
  const submit = world.batches(vendor).submit(prepared, answered, "bat_1", new AbortController().signal);
  const outcome = await submit;
  const ref = outcome.kind === "created" ? outcome.ref : "";
  const lost = { submitKey: "bat_1", uploadRef, since, customIds, knownRefs: [] };

  expect(await world.batches(vendor).find(lost)).toEqual({ kind: "unknown" });
  expect(await world.batches(vendor).poll({ ref, since })).toEqual({ kind: "pending", done: 0, total: 0 });
  world.clock.pass(4 * minute);
  const isNamed = vendor !== "Anthropic";
  expect(await world.batches(vendor).find(lost)).toEqual(
    isNamed ? { kind: "found", ref } : { kind: "unknown" },
  );
  world.clock.pass(10 * minute);
  expect(await world.batches(vendor).poll({ ref, since })).toMatchObject({ kind: "pending", total: 3 });
  world.finish(ref);
  expect(await world.batches(vendor).find(lost)).toEqual({ kind: "found", ref });
});

test.each(vendors)("%s answers one question", async (vendor) => {
  await using world = await World.open();
  const { thinkingTokens: _, ...usage } = tokens;

  const reply = await world.model(vendor).complete(modelRequest("Hi"), new AbortController().signal);

  expect(reply).toMatchObject({ text: "answer to a call", finish: "stop", usage });
});

test.each(["OpenAI", "Gemini"] as const)(
  "%s: of two batches of one submit the one that a person called off there is in nobody's way",
  async (vendor) => {
    await using world = await World.open({ pace: patient });
    const lost = { ...lostSubmit("bat_1"), since: world.clock.now() };
    const refs = [
      await submitTo(world.batches(vendor), answered, "bat_1"),
      await submitTo(world.batches(vendor), answered, "bat_1"),
    ];

    expect((await world.batches(vendor).find(lost)).kind).toBe("ambiguous");
    await world.batches(vendor).cancel(refs[0] ?? "");
    await world.batches(vendor).poll({ ref: refs[0] ?? "", since: lost.since });

    expect(await world.batches(vendor).find(lost)).toEqual({ kind: "found", ref: refs[1] });
  },
);
