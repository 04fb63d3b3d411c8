import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { makeId, toTaskKey } from "../../src/domain/ids.ts";
import type { RunPolicy } from "../../src/domain/running/run-policy.ts";
import { customIdOf } from "../../src/pipeline/batching/read-requests.ts";
import { type AskingLab, labClock, openAskingLab } from "../../src/testing/asking-lab.ts";
import type { LineAnswer } from "../../src/testing/fault-server/answers/answer-line.ts";
import { caseTime } from "../../src/testing/fault-server/cases/fault-case.ts";
import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { type CaseClients, openCaseClients } from "../corpus/faults/case-clients.ts";

/** What came of the first and the other times that three tasks were asked about, by the numbers of task and time. */
interface Asked {
  readonly fates: Readonly<Record<string, string>>;
  readonly driven: string;
  readonly creations: number;
  readonly calls: number;
  /** Requests that were answered with 404 or 405. */
  readonly refusals: number;
  /** What people were told of a server without batches. */
  readonly told: readonly (string | null)[];
  readonly heldBackMicroUsd: number;
  /** What became of the money of each time. */
  readonly held: readonly (readonly [string, string])[];
}

type Script = FaultScriptInput | ((first: string) => FaultScriptInput);

interface Bad {
  readonly script?: Script;
  readonly policy?: Partial<RunPolicy>;
  readonly text?: string;
  readonly clients?: (clients: CaseClients) => CaseClients;
  readonly looks?: number;
}

async function ask({ script = {}, policy = {}, text, clients = (same) => same, looks }: Bad): Promise<Asked> {
  const clock = labClock(caseTime);
  await using lab = await openAskingLab({
    clock,
    policy,
    tasks: [1, 2, 3].map((number) => ({
      id: makeId("tsk", String(number)),
      key: toTaskKey(`AAS-${number}`),
    })),
  });
  const [first] = lab.tasks;
  if (first === undefined) throw new Error("The lab has no tasks.");
  const given = typeof script === "function" ? script(customIdOf(first, 1)) : script;
  await using server = await FaultServer.start({
    script: { pace: { by: "looks", inProgress: 1 }, ...given },
    answer: () => answer(text ?? whole),
    now: () => clock.now().getTime(),
  });
  const place = { url: server.url, clock, key: `test-${randomBytes(12).toString("hex")}` };
  const opened = clients(openCaseClients({ vendor: "openai", provider: "openai" }, place));
  const driven = await lab.drive(opened, looks);
  const posts = server.exchanges.filter(({ method }) => method === "POST").map(({ path }) => path);
  return {
    fates: await fatesOf(lab),
    held: (await lab.db.usage.listOfRun(lab.run.id))
      .map(({ key, state }) => [nameOf(key), state.status] as const)
      .toSorted(([one], [other]) => one.localeCompare(other)),
    driven: driven.kind === "paused" ? `paused for ${driven.reason}` : driven.kind,
    creations: posts.filter((path) => path.endsWith("/batches")).length,
    refusals: server.exchanges.filter((each) => each.status === 404 || each.status === 405).length,
    told: (await lab.db.events.listOfRun(lab.run.id)).flatMap(({ type, reason }) =>
      type === "batch.unsupported" ? [reason] : [],
    ),
    heldBackMicroUsd: (await lab.db.usage.spendingOf(lab.run.id)).reservedMicroUsd,
    calls: posts.filter((path) => path.endsWith("/chat/completions")).length,
  };
}

async function fatesOf({ db, run }: AskingLab): Promise<Readonly<Record<string, string>>> {
  const outcomes = await db.batches.listOutcomes(run.id);
  return Object.fromEntries(outcomes.map(({ customId, status }) => [nameOf(customId), status]));
}

/** `1.2`: the second time that the first task was asked about. */
function nameOf(customId: string): string {
  return customId.replace(/^aas_tsk_(?<rest>\d)_1_/u, "$<rest>.");
}

const whole = JSON.stringify({ complexity: "low", blockers: [], firstStep: "Read it.", steps: ["Read it."] });

function answer(text: string): LineAnswer {
  const tokens = {
    inputTokens: 90,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 40,
    thinkingTokens: 0,
  };
  return { text, tokens };
}

const othersFine = { "2.1": "ok", "3.1": "ok" };

/** The first line of the first batch is bad, and only that. */
function firstLine(kind: string, more: object = {}): Bad {
  const rule = { batches: [1], fault: { kind, ...more } };
  return { script: (first) => ({ lines: [{ ...rule, customIds: [first] }] }) as unknown as FaultScriptInput };
}

test.each<readonly [string, Bad, Readonly<Record<string, string>>]>([
  ["is malformed", firstLine("corrupted"), { ...othersFine, "1.2": "ok" }],
  ["is truncated on its way", firstLine("cut"), { ...othersFine, "1.2": "ok" }],
  ["has no answer in it", firstLine("garbled"), { "1.1": "missing", ...othersFine, "1.2": "ok" }],
  ["ended at its length", firstLine("length"), { "1.1": "truncated", ...othersFine, "1.2": "ok" }],
  ["was refused by the model", firstLine("refused"), { "1.1": "refused", ...othersFine }],
  ["was filtered", firstLine("filtered"), { "1.1": "filtered", ...othersFine }],
  ["is empty", firstLine("empty"), { "1.1": "truncated", ...othersFine, "1.2": "ok" }],
  ["is absent", firstLine("missing"), { ...othersFine, "1.2": "ok" }],
  ["comes twice", firstLine("duplicated"), { "1.1": "ok", ...othersFine }],
  ["comes as an answer and as an error", firstLine("contradicted"), { "1.1": "ok", ...othersFine }],
  ["is followed by one nobody asked for", firstLine("foreign_after"), { "1.1": "ok", ...othersFine }],
  [
    "comes in another order",
    { script: { batches: [{ files: ["reversed"] }] } },
    { "1.1": "ok", ...othersFine },
  ],
])("a result that %s loses no other, and is asked for again only where that helps", async (_, bad, fates) => {
  const asked = await ask(bad);

  expect([asked.driven, asked.fates]).toEqual(["settled", fates]);
});

test("an answer that cannot be read may be on the bill: what was held back for it stays so, and is listed", async () => {
  const asked = await ask(firstLine("garbled"));

  expect(asked.held).toEqual([
    ["1.1", "undelivered"],
    ["1.2", "settled"],
    ["2.1", "settled"],
    ["3.1", "settled"],
  ]);
});

test("results that do not come within a day are called off, and asked for one by one", async () => {
  const asked = await ask({
    script: { batches: [{ fate: { kind: "stuck", in: "in_progress" }, doneBeforeCancel: 1 }] },
  });

  expect([asked.driven, asked.creations, asked.calls]).toEqual(["settled", 1, 2]);
  expect(Object.values(asked.fates).filter((status) => status === "ok")).toHaveLength(3);
});

test("a model that answers prose is asked once more, alone, and then no more", async () => {
  const asked = await ask({ text: "I would rather talk about the weather." });

  expect([asked.driven, asked.creations, asked.calls]).toEqual(["settled", 1, 3]);
  expect(new Set(Object.values(asked.fates))).toEqual(new Set(["unreadable"]));
});

test("without money nothing more is sent, and nothing is asked another way", async () => {
  const body = {
    error: { message: "No.", type: "insufficient_quota", param: null, code: "insufficient_quota" },
  };
  const asked = await ask({
    script: {
      requests: [
        { method: "POST", path: "/v1/batches", fault: { kind: "answer", answer: { status: 429, body } } },
      ],
    },
  });

  expect([asked.driven, asked.creations, asked.calls]).toEqual(["paused for money", 1, 0]);
});

test("what would go past the cap is not even uploaded", async () => {
  const asked = await ask({ policy: { budgetLimitMicroUsd: 1_000 } });

  expect([asked.driven, asked.creations]).toEqual(["paused for money", 0]);
});

test("a revoked key is told with the variable to set, and nothing is sent again", async () => {
  const body = {
    error: {
      message: "Incorrect API key provided.",
      type: "invalid_request_error",
      param: null,
      code: "invalid_api_key",
    },
  };
  const revoked = ask({
    script: {
      requests: [
        { method: "POST", path: "/v1/files", fault: { kind: "answer", answer: { status: 401, body } } },
      ],
    },
  });

  await expect(revoked).rejects.toMatchObject({
    code: "provider_refused",
    cure: expect.stringContaining("OPENAI_API_KEY"),
  });
});

test("a provider that is down for an hour is waited for, and the batch is still sent once", async () => {
  const outage = {
    method: "GET",
    path: "/v1/batches/{id}",
    fault: { kind: "answer", answer: { status: 503, body: {} } },
  };
  const nth = Array.from({ length: 60 }, (_, index) => index + 1);
  const asked = await ask({ script: { requests: [{ ...outage, nth }] } as unknown as FaultScriptInput });

  expect([asked.driven, asked.creations, asked.calls]).toEqual(["settled", 1, 0]);
});

const hasNoBatches = ["/v1/files", "/v1/batches"].flatMap((path) =>
  [404, 405].map((status) => [path, status] as const),
);

test.each(hasNoBatches)(
  "a server whose %s answers %i is asked for batches once, told so once, and asked call by call",
  async (path, status) => {
    const refused = { kind: "answer", answer: { status, body: { detail: "Not Found" } } };
    const asked = await ask({
      policy: { batchChunkSize: 1 },
      script: { requests: [{ method: "POST", path, fault: refused }] } as unknown as FaultScriptInput,
    });

    expect([asked.driven, asked.refusals, asked.calls]).toEqual(["settled", 1, 3]);
    expect(asked.told).toEqual([
      "openai has no batches for this model; each task is asked about by a call of its own.",
    ]);
    expect(asked.heldBackMicroUsd).toBe(0);
  },
);
