import { expect, test } from "vitest";
import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { moneyAnswers } from "../../src/testing/fault-server/faults/money-answers.ts";
import { rateLimitAnswer } from "../../src/testing/fault-server/faults/rate-limit-answer.ts";
import { openaiClient, submit, textOf } from "./openai-client.ts";

type Rule = NonNullable<FaultScriptInput["requests"]>[number];

const atCreate = { method: "POST", path: "/v1/batches" } as const;

test.each(["create_then_reset", "reset"] as const)(
  "%s: the official client sends a create three times, and the log counts what each one made",
  async (kind) => {
    await using server = await FaultServer.start({
      script: { requests: [{ ...atCreate, fault: { kind } }] },
    });

    await expect(submit(openaiClient(`${server.url}/v1`, 2))).rejects.toThrow(/connection/iu);

    const creates = server.exchanges.filter(({ path }) => path === "/v1/batches");
    expect(creates.map(({ status, fault }) => [status, fault])).toEqual([
      [null, kind],
      [null, kind],
      [null, kind],
    ]);
    expect(server.batches).toHaveLength(kind === "reset" ? 0 : 3);
  },
);

test.each([500, 503, 429])(
  "created, then %i: the answer says failed and the batch stands in the list",
  async (status) => {
    const fault = {
      kind: "create_then_answer",
      answer: { status, body: { error: { message: "no" } } },
    } as const;
    await using server = await FaultServer.start({
      script: { requests: [{ ...atCreate, nth: [1], fault }] },
    });
    const client = openaiClient(`${server.url}/v1`);

    await expect(submit(client)).rejects.toMatchObject({ status });

    const listed = (await client.batches.list()).data;
    expect(listed.map(({ metadata }) => metadata)).toEqual([{ key: "k1" }]);
    expect(server.exchanges.filter((exchange) => exchange.fault !== null)).toMatchObject([
      { status, created: [listed[0]?.id], customIds: ["a", "b", "c"] },
    ]);
  },
);

test("created, and the answer takes longer than the client waits", async () => {
  const fault = { kind: "create_then_delay", delayMs: 700_000 } as const;
  await using server = await FaultServer.start({ script: { requests: [{ ...atCreate, fault }] } });
  const impatient = openaiClient(`${server.url}/v1`).withOptions({ timeout: 300 });

  await expect(submit(impatient)).rejects.toThrow(/timed out/iu);

  expect(server.batches).toHaveLength(1);
});

test("an answer instead of the real one, with its headers, as often as it is told", async () => {
  const answer = {
    status: 429,
    headers: { "retry-after": "0" },
    body: { error: { code: "rate_limit_exceeded" } },
  };
  const rule: Rule = { ...atCreate, nth: [1, 2], fault: { kind: "answer", answer } };
  await using server = await FaultServer.start({ script: { requests: [rule] } });

  await submit(openaiClient(`${server.url}/v1`, 2));

  const creates = server.exchanges.filter(({ path }) => path === "/v1/batches");
  expect(creates.map(({ status, created }) => [status, created.length])).toEqual([
    [429, 0],
    [429, 0],
    [200, 1],
  ]);
});

test("a download breaks off after so many bytes, and only these are on the bill", async () => {
  const rule: Rule = { path: "/v1/files/{id}/content", nth: [1], fault: { kind: "cut", afterBytes: 900 } };
  await using server = await FaultServer.start({ script: { requests: [rule] } });
  const client = openaiClient(`${server.url}/v1`);
  const { id } = await submit(client);
  server.finish(id);
  const { output_file_id: fileId } = await client.batches.retrieve(id);

  await expect(textOf(client, fileId)).rejects.toThrow(/terminated|premature|aborted/iu);

  expect(server.bill().owed.map(({ customId }) => customId)).toEqual(["a"]);
  await textOf(client, fileId);
  expect(server.bill().owed.map(({ customId }) => customId)).toEqual(["a", "b", "c"]);
});

test("faults can be added while a server runs, and by chance they are the same for the same seed", async () => {
  const fates = async (seed: number): Promise<readonly (number | null)[]> => {
    await using server = await FaultServer.start({ script: { seed } });
    server.addFaults([{ probability: 0.5, fault: { kind: "answer", answer: { status: 503 } } }]);
    for (let count = 0; count < 20; count += 1) await fetch(`${server.url}/v1/batches`);
    return server.exchanges.map(({ status }) => status);
  };

  const first = await fates(7);

  expect(new Set(first)).toEqual(new Set([503, 401]));
  expect(await fates(7)).toEqual(first);
  expect(await fates(8)).not.toEqual(first);
});

test.each(
  Object.entries(moneyAnswers).flatMap(([vendor, answers]) =>
    answers.map((answer) => [vendor, answer] as const),
  ),
)("%s says that there is no money: %o", async (_vendor, answer) => {
  const rule: Rule = { ...atCreate, fault: { kind: "answer", answer } };
  await using server = await FaultServer.start({ script: { requests: [rule] } });

  const response = await fetch(`${server.url}/v1/batches`, { method: "POST" });

  expect(response.status).toBe(answer.status);
  expect(await response.json()).toEqual(answer.body);
  expect(server.batches).toEqual([]);
});

test.each(["openai", "anthropic", "gemini"] as const)("%s says when to come again", async (vendor) => {
  const rule: Rule = { ...atCreate, fault: { kind: "answer", answer: rateLimitAnswer(vendor, 7) } };
  await using server = await FaultServer.start({ script: { requests: [rule] } });

  const response = await fetch(`${server.url}/v1/batches`, { method: "POST" });

  expect([response.status, response.headers.get("retry-after")]).toEqual([429, "7"]);
});
