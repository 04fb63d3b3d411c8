import { expect, test } from "vitest";
import { costOf, type Price } from "../../src/domain/money/price.ts";
import type { BatchProvider, BatchResult } from "../../src/ports/batch-provider.ts";
import { describeBatchProvider, submitTo } from "../../src/testing/describe-batch-provider.ts";
import type { LineAnswer } from "../../src/testing/fault-server/answers/answer-line.ts";
import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import { batchRequest, modelOf, openLab } from "./connected-providers.ts";

const vendors = ["openai", "azure", "anthropic", "gemini"] as const;
const names = ["aas_1", "aas_2", "aas_3"];
const answered = names.map((name) => ({ ...batchRequest(name), text: `answer to ${name}` }));
const failing = batchRequest("aas_wrong");

const script: FaultScriptInput = {
  pace: { by: "looks", canceling: 0 },
  unknownFile: "refused",
  lines: [{ customIds: [failing.customId], fault: { kind: "status", status: 400 } }],
};

function answer(customId: string | null): LineAnswer {
  const tokens = {
    inputTokens: 10,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 5,
    thinkingTokens: 2,
  };
  return { text: `answer to ${customId ?? ""}`, tokens };
}

for (const vendor of vendors) {
  describeBatchProvider(`The client of ${vendor} before a fault server`, async () => {
    const lab = await openLab(vendor, { script, answer });
    return {
      connect: lab.connect,
      answered,
      failing,
      finish: async (ref) => lab.server.finish(ref),
      uploads: vendor === "openai" || vendor === "azure",
      now: lab.time.now,
      passGrace: () => lab.time.pause(16 * 60_000),
      countBatches: async () => lab.server.batches.length,
      [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
    };
  });
}

/** As the vendors' lists have them, and their halves for a batch. */
const listed = { input: 2_000_001, cacheRead: 200_003, cacheWrite: 2_500_001, output: 8_000_001 };
const halved: Price = {
  rates: { input: 1_000_000.5, cacheRead: 100_001.5, cacheWrite: 1_250_000.5, output: 4_000_000.5 },
  longPrompts: [],
};

async function resultsOf(provider: BatchProvider, ref: string): Promise<readonly BatchResult[]> {
  const results: BatchResult[] = [];
  for await (const result of provider.results(ref)) results.push(result);
  return results;
}

test.each(vendors)(
  "what a client of %s reads as used costs what the server's own bill says",
  async (vendor) => {
    const prices = { [modelOf(vendor)]: { rates: listed } };
    const many = Array.from({ length: 40 }, (_, index) => batchRequest(`aas_${index}`));
    const lines: FaultScriptInput["lines"] = [
      { probability: 0.2, fault: { kind: "duplicated" } },
      { probability: 0.2, fault: { kind: "length" } },
      { probability: 0.2, fault: { kind: "status", status: 500 } },
    ];
    await using lab = await openLab(vendor, { script: { prices, lines } }, halved);
    const provider = lab.connect();
    const ref = await submitTo(provider, many, "bat_1");
    lab.server.finish(ref);
    await provider.poll({ ref, since: lab.time.now() });

    const results = await resultsOf(provider, ref);

    const costs = results.flatMap(({ outcome }) =>
      outcome.kind === "answered" && outcome.reply.usage !== null
        ? [costOf(outcome.reply.usage, halved)]
        : [],
    );
    const bill = lab.server.bill();
    expect(costs.length).toBeGreaterThan(20);
    expect(costs.reduce((sum, cost) => sum + cost, 0)).toBe(bill.owedMicroUsd);
    expect([bill.owed.length, bill.untold, bill.foreign]).toEqual([costs.length, [], []]);
  },
);
