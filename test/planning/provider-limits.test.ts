import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openPostgresDatabase } from "../../src/adapters/postgres/postgres-database.ts";
import { openProvider } from "../../src/app/composing/compose-provider.ts";
import type { RunnableModel } from "../../src/app/composing/runnable-model.ts";
import { configSchema } from "../../src/config/config-schema.ts";
import type { AasError } from "../../src/domain/errors.ts";
import { makeId, type ProjectId, toTaskKey } from "../../src/domain/ids.ts";
import type { BatchResult } from "../../src/ports/batch-provider.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Database } from "../../src/ports/database.ts";
import type { GateStore } from "../../src/ports/gate-store.ts";
import type { ModelRequest } from "../../src/ports/model.ts";
import { labClock, openAskingLab } from "../../src/testing/asking-lab.ts";
import { caseTime } from "../../src/testing/fault-server/cases/fault-case.ts";
import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { type DatabaseForTests, databaseForTests } from "../../src/testing/postgres-for-tests.ts";
import { sampleProject } from "../../src/testing/samples.ts";
import { freeOfCharge } from "../../src/testing/scripted-model.ts";
import { answer } from "./answers.fixture.ts";

/** What people set, as it reaches the provider: the settings, the composition, the store and the wire are the product's. */
let made: DatabaseForTests;
let db: Database;
let projectId: ProjectId;
let projects = 0;
const clock = labClock(caseTime);
const dayMs = 86_400_000;

beforeAll(async () => {
  made = await databaseForTests();
  db = await openPostgresDatabase({ url: made.url, maxConnections: 4, gateClock: clock });
});

beforeEach(async () => {
  projects += 1;
  projectId = makeId("prj", `limits${projects}`);
  await db.projects.insert(sampleProject({ id: projectId, repository: `/limits/${projects}` }));
});

afterAll(async () => {
  await db.close();
  await made.drop();
});

const env = { AAS_TEST_KEY: `test-${randomBytes(12).toString("hex")}` };
const never = new AbortController().signal;
const request: ModelRequest = {
  purpose: "build",
  promptVersion: "build.v1",
  system: "s",
  prompt: "p",
  schema: null,
  maxOutputTokens: 400,
};

function start(script: FaultScriptInput = {}): Promise<FaultServer> {
  return FaultServer.start({
    script: { pace: { by: "looks", inProgress: 1 }, ...script },
    now: () => clock.now().getTime(),
    answer,
  });
}

/** As one worker opens it. */
function openWorker(
  server: FaultServer,
  settings: object = {},
  own: { readonly gates?: GateStore; readonly clock?: Clock } = {},
): Promise<RunnableModel> {
  const config = configSchema.parse({
    model: {
      provider: "openai",
      name: "gpt-5.4-mini",
      baseUrl: `${server.url}/v1`,
      apiKey: "env:AAS_TEST_KEY",
    },
    ...settings,
  });
  if (config.model === null || config.model.provider === "recorded") throw new Error("A provider is named.");
  const { limits, batch } = config;
  return openProvider(config.model, { clock, env, gates: db.gates, projectId, limits, batch, ...own });
}

async function waitOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => "answered",
    (error: unknown) => error,
  );
}

/** Reads to the end, or to what is thrown on the way. */
async function readAll(lines: AsyncIterable<BatchResult>): Promise<readonly BatchResult[]> {
  const read: BatchResult[] = [];
  for await (const line of lines) read.push(line);
  return read;
}

describe("calls of one minute", () => {
  test("are as many as limits.requestsPerMinute allows all workers together; then there are more", async () => {
    await using server = await start();
    const settings = { limits: { requestsPerMinute: 2 } };
    const workers = [await openWorker(server, settings), await openWorker(server, settings)];

    const ends = await Promise.all(
      [...workers, ...workers].map(({ model }) => waitOf(model.complete(request, never))),
    );

    const shut = ends.filter((end) => end !== "answered");
    expect(shut).toHaveLength(2);
    expect(shut[0]).toMatchObject({
      code: "provider_waiting",
      hadNoEffect: true,
      waiting: { cause: "pace" },
    });
    expect(server.exchanges).toHaveLength(2);
    await clock.pass(61_000);
    expect(await waitOf(workers[0]?.model.complete(request, never) ?? Promise.reject())).toBe("answered");
  });

  test("hold no more tokens than limits.tokensPerMinute allows", async () => {
    await using server = await start();
    const { model } = await openWorker(server, { limits: { tokensPerMinute: 1_000 } });

    const ends = [
      await waitOf(model.complete(request, never)),
      await waitOf(model.complete(request, never)),
      await waitOf(model.complete(request, never)),
    ];

    expect(ends.slice(0, 2)).toEqual(["answered", "answered"]);
    expect(ends[2]).toMatchObject({ code: "provider_waiting", waiting: { cause: "pace" } });
    expect(server.exchanges).toHaveLength(2);
  });

  test("are not counted where nobody set a limit", async () => {
    await using server = await start();
    const { model } = await openWorker(server);

    for (let call = 0; call < 5; call += 1) await model.complete(request, never);

    expect(server.exchanges).toHaveLength(5);
  });
});

test("a provider that wants one worker to wait is left alone by all of them for as long as it said", async () => {
  const busy = {
    status: 429,
    headers: { "retry-after": "90" },
    body: { error: { code: "rate_limit_exceeded" } },
  };
  await using server = await start({ requests: [{ nth: [1], fault: { kind: "answer", answer: busy } }] });
  const workers = [await openWorker(server), await openWorker(server)];

  const first = await waitOf(workers[0]?.model.complete(request, never) ?? Promise.reject());
  await clock.pass(30_000);
  const other = await waitOf(workers[1]?.model.complete(request, never) ?? Promise.reject());
  await clock.pass(60_000);
  const later = await waitOf(workers[1]?.model.complete(request, never) ?? Promise.reject());

  expect(first).toMatchObject({ code: "provider_unavailable", hadNoEffect: true });
  expect(other).toMatchObject({
    code: "provider_waiting",
    waiting: { cause: "busy", waitMs: 60_000 },
  });
  expect(later).toBe("answered");
  expect(server.exchanges).toHaveLength(2);
});

test.each([
  ["wants to be paid", 429, "insufficient_quota", "provider_unpaid"],
  ["does not accept the key", 401, "invalid_api_key", "provider_refused"],
  ["refuses a request", 400, "invalid_value", "provider_refused"],
])(
  "a provider that %s is there: nobody waits for it, and the caller is told each time",
  async (_how, status, code, error) => {
    const refused = { status, headers: {}, body: { error: { code, param: "model" } } };
    await using server = await start({ requests: [{ fault: { kind: "answer", answer: refused } }] });
    const { model } = await openWorker(server);

    const ends: unknown[] = [];
    for (let call = 0; call < 5; call += 1) ends.push(await waitOf(model.complete(request, never)));

    expect(ends.map((end) => (end as AasError).code)).toEqual(Array.from({ length: 5 }, () => error));
    expect(server.exchanges).toHaveLength(5);
    expect(await db.gates.listShut(projectId)).toEqual([]);
  },
);

test("results that cannot be fetched count like every other call", async () => {
  await using server = await start();
  const { batchProvider } = await openWorker(server);
  if (batchProvider === null) throw new Error("It has batches.");
  const items = [{ customId: "aas_1", request }];
  const prepared = await batchProvider.prepare(items, "bat_1", never);
  if (prepared.kind === "refused") throw new Error(prepared.message);
  const created = await batchProvider.submit(prepared, items, "bat_1", never);
  if (created.kind === "refused") throw new Error(created.message);
  const submitted = { ref: created.ref, since: clock.now() };
  while ((await batchProvider.poll(submitted)).kind === "pending") await clock.pass(1_000);
  const busy = { status: 429, headers: { "retry-after": "40" }, body: {} };
  const path = "/v1/files/{id}/content";
  server.addFaults([{ path, fault: { kind: "answer", answer: busy } }]);

  const fetched = await waitOf(readAll(batchProvider.results(created.ref)));
  const next = await waitOf(batchProvider.poll(submitted));

  expect(fetched).toMatchObject({ code: "provider_unavailable" });
  expect(next).toMatchObject({ code: "provider_waiting", waiting: { cause: "busy", waitMs: 40_000 } });
});

test("a worker whose clock is a day off neither holds the others up nor goes past them", async () => {
  const busy = {
    status: 429,
    headers: { "retry-after": "90" },
    body: { error: { code: "rate_limit_exceeded" } },
  };
  await using server = await start({ requests: [{ nth: [1], fault: { kind: "answer", answer: busy } }] });
  const real = await openPostgresDatabase({ url: made.url, maxConnections: 2 });
  const openAt = (offMs: number): Promise<RunnableModel> =>
    openWorker(server, {}, { gates: real.gates, clock: { now: () => new Date(Date.now() + offMs) } });
  try {
    const early = await openAt(-dayMs);
    const late = await openAt(dayMs);
    await waitOf(early.model.complete(request, never));
    const ends = [
      await waitOf(late.model.complete(request, never)),
      await waitOf(early.model.complete(request, never)),
    ];

    for (const end of ends) {
      const { waiting } = end as { readonly waiting: { readonly waitMs: number } };
      expect(waiting.waitMs).toBeGreaterThan(60_000);
      expect(waiting.waitMs).toBeLessThanOrEqual(90_000);
    }
    expect(server.exchanges).toHaveLength(1);
  } finally {
    await real.close();
  }
});

test.each([
  ["batch.maxRequests", { maxRequests: 2 }, 2],
  ["batch.maxBytes", { maxBytes: 10_000 }, 2],
  ["no setting", {}, 1],
])("three tasks go into as many batches as %s makes them", async (_setting, batch, batches) => {
  await using server = await start();
  await using lab = await openAskingLab({
    clock,
    tasks: [1, 2, 3].map((number) => ({
      id: makeId("tsk", String(number)),
      key: toTaskKey(`AAS-${number}`),
    })),
  });
  const { batchProvider, model } = await openWorker(server, { batch });
  if (batchProvider === null) throw new Error("It has batches.");

  const driven = await lab.drive({
    batchProvider,
    model,
    prices: { priceOf: () => freeOfCharge },
  });

  expect(driven.kind).toBe("settled");
  expect(server.batches).toHaveLength(batches);
});
