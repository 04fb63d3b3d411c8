import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makePriceTable } from "../../adapters/prices/price-table.ts";
import { noBudget, runBudget } from "../../domain/money/budget.ts";
import { AasError } from "../../domain/errors.ts";
import { makeId } from "../../domain/ids.ts";
import { type Price, plainPrice, plainTokens } from "../../domain/money/price.ts";
import type { Run } from "../../domain/run.ts";
import { lostKey, type UsageState } from "../../domain/money/usage.ts";
import type { Database } from "../../ports/database.ts";
import type { ModelReply, ModelRequest } from "../../ports/model.ts";
import type { PriceTable } from "../../ports/price-table.ts";
import { databaseOfFile } from "../../testing/stores/database-of-file.ts";
import { samplePolicy, sampleProject, sampleRun, sampleTime } from "../../testing/samples.ts";
import { sampleUsage } from "../../testing/usage-samples.ts";
import { emptyPriceTable, type Reply, scriptedModel } from "../../testing/scripted-model.ts";
import { askModel, type AskModelDeps, type ModelAnswer } from "./ask-model.ts";
import { boundOf } from "./reserve-usage.ts";

let db: Database;
let run: Run;
let runs = 0;

const database = databaseOfFile();

beforeAll(async () => {
  db = database();
  await db.projects.insert(sampleProject());
});

beforeEach(async () => {
  runs += 1;
  run = sampleRun({
    id: makeId("run", `ask${runs}`),
    policy: samplePolicy({ budgetLimitMicroUsd: 1_000_000, budgetWarnMicroUsd: 400_000 }),
  });
  await db.runs.insert(run);
});

const price = plainPrice(1_000_000, 10_000_000);
const request: ModelRequest = {
  purpose: "build",
  promptVersion: "build.v1",
  system: "",
  prompt: "x".repeat(3_000),
  schema: null,
  maxOutputTokens: 20_000,
};
const bound = boundOf(request, price);
const open = new AasError("provider_unavailable", "nothing came in 60 s", { retryable: true });

function reply(overrides: Partial<ModelReply> = {}): ModelReply {
  return { text: "done", finish: "stop", usage: plainTokens(1_000, 500), model: null, ...overrides };
}

interface Asking {
  readonly replies: readonly Reply[];
  readonly price?: Price | null;
  readonly prices?: PriceTable;
}

/** Asks under one key until the replies are used up; what was thrown is answered as its message. */
async function ask(given: Asking): Promise<readonly (ModelAnswer | string)[]> {
  const model = scriptedModel((_, call) => given.replies[call - 1] ?? reply(), given.price ?? price);
  const clock = { now: () => sampleTime(3) };
  const prices = given.prices ?? emptyPriceTable;
  const deps: AskModelDeps = { db, clock, model, prices, actor: "worker:1" };
  const answers: (ModelAnswer | string)[] = [];
  for (const _ of given.replies)
    answers.push(
      await askModel(deps, run, { key: run.id, request }, AbortSignal.timeout(9_000)).catch(
        (error: Error) => error.message,
      ),
    );
  return answers;
}

async function states(): Promise<Readonly<Record<string, UsageState>>> {
  const usages = await db.usage.listOfRun(run.id);
  return Object.fromEntries(usages.map(({ key, state }) => [key.replace(run.id, ""), state]));
}

describe("an answer", () => {
  test("is paid for once: the second asking reads it", async () => {
    const answers = await ask({ replies: [reply({ text: "first" }), reply({ text: "second" })] });

    expect(
      answers.map((answer) =>
        typeof answer === "object" && answer.kind === "answered" ? answer.reply.text : null,
      ),
    ).toEqual(["first", "first"]);
    expect(await states()).toMatchObject({ "": { status: "settled", microUsd: 6_000 } });
  });

  test("without usage is charged what was held back, and called an estimate", async () => {
    await ask({ replies: [reply({ usage: null })] });

    expect(await states()).toMatchObject({
      "": { status: "settled", microUsd: bound.microUsd, isEstimated: true },
    });
  });

  test("is charged by the price of the model that gave it, where it is known", async () => {
    const prices: PriceTable = {
      priceOf: ({ answeredBy }) => (answeredBy === "dear-1" ? plainPrice(2_000_000, 20_000_000) : price),
    };

    await ask({ prices, replies: [reply({ model: "dear-1" })] });

    expect(await states()).toMatchObject({
      "": { status: "settled", microUsd: 12_000, answeredBy: "dear-1" },
    });
  });

  test("is charged by a table that is asked for the moment the call began", async () => {
    const asked: Date[] = [];
    const prices: PriceTable = {
      priceOf: (_, at) => {
        asked.push(at);
        return price;
      },
    };

    await ask({ prices, replies: [reply()] });

    expect(new Set(asked.map(Number))).toEqual(new Set([Number(sampleTime(3))]));
  });
});

describe("a price that nobody knows", () => {
  test("stops the call before it is made, and names the setting", async () => {
    const error = await askModel(
      {
        db,
        clock: { now: () => sampleTime(3) },
        model: scriptedModel(() => reply(), null),
        prices: makePriceTable(),
        actor: "worker:1",
      },
      run,
      { key: run.id, request },
      AbortSignal.timeout(9_000),
    ).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({
      code: "price_unknown",
      cure: "Set it in aas.config.jsonc on the base branch, under models.prices.",
    });
    expect(await states()).toEqual({});
  });

  test("is known when a person sets it", async () => {
    const prices = makePriceTable(new Map([["scripted-1", price]]));

    await ask({ prices, price: null, replies: [reply()] });

    expect(await states()).toMatchObject({ "": { status: "settled", microUsd: 6_000 } });
  });
});

describe("a call without an answer", () => {
  test("that may have been worked on stays held back beside the next one", async () => {
    const answers = await ask({ replies: [open, reply()] });

    expect(answers).toEqual(["nothing came in 60 s", { kind: "answered", reply: reply() }]);
    expect(await states()).toMatchObject({
      [lostKey("", 1)]: { ...bound, status: "undelivered", reason: "nothing came in 60 s" },
      "": { status: "settled", microUsd: 6_000 },
    });
  });

  test("is not made again when both would not fit under the cap", async () => {
    const answers = await ask({ replies: [open, open, open, open, open, open] });

    expect(answers.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => "nothing came in 60 s"));
    const missingMicroUsd = 5 * bound.microUsd - 1_000_000;
    expect(answers[4]).toEqual({ kind: "over_budget", cap: "run", missingMicroUsd, missingTokens: 0 });
    expect(await db.usage.spendingOf(run.id)).toEqual({
      settledMicroUsd: 0,
      reservedMicroUsd: 4 * bound.microUsd,
    });
  });

  test.each([
    ["refused", new AasError("provider_refused", "no such model")],
    ["unpaid", new AasError("provider_unpaid", "no credit")],
    [
      "busy",
      new AasError("provider_unavailable", "too many requests", { retryable: true, hadNoEffect: true }),
    ],
  ])("that was certainly not worked on (%s) owes nothing", async (_, error) => {
    await ask({ replies: [error] });

    expect(await states()).toEqual({ "": { status: "released" } });
  });

  test("of a process that died over it is taken to have been worked on", async () => {
    await db.usage.reserve(
      sampleUsage({ key: run.id, runId: run.id, state: bound, createdAt: sampleTime(2) }),
      runBudget(noBudget),
    );

    await ask({ replies: [reply()] });

    expect(await states()).toMatchObject({
      [lostKey("", 1)]: { status: "undelivered", reason: "the process ended before the answer was stored" },
      "": { status: "settled", microUsd: 6_000 },
    });
  });
});

test("a warning is told once, with its numbers", async () => {
  await ask({ replies: [open, open, open, reply()] });

  const events = await db.events.listOfRun(run.id);
  expect(events.map(({ type, reason, details }) => [type, reason, details])).toEqual([
    [
      "budget.warned",
      "more than $0.40 of the run's money is spent or held back",
      { purse: "run", totalMicroUsd: 2 * bound.microUsd, warnMicroUsd: 400_000, limitMicroUsd: 1_000_000 },
    ],
  ]);
});
