import { beforeAll, expect, test } from "vitest";
import { makeId } from "../../domain/ids.ts";
import { noBudget, runBudget } from "../../domain/money/budget.ts";
import { plainPrice, plainTokens } from "../../domain/money/price.ts";
import type { Database } from "../../ports/database.ts";
import type { ModelReply, ModelRequest } from "../../ports/model.ts";
import { sampleProject, sampleRun, sampleTime } from "../../testing/samples.ts";
import { emptyPriceTable, scriptedModel } from "../../testing/scripted-model.ts";
import { databaseOfFile } from "../../testing/stores/database-of-file.ts";
import { sampleUsage } from "../../testing/usage-samples.ts";
import type { UsageLedger } from "../../ports/usage-ledger.ts";
import { askModel, type AskModelDeps, type ModelAnswer } from "./ask-model.ts";

const database = databaseOfFile();
const run = sampleRun({ id: makeId("run", "race") });
const request: ModelRequest = {
  purpose: "plan",
  promptVersion: "plan.v1",
  system: "",
  prompt: "Plan it.",
  schema: null,
  maxOutputTokens: 20_000,
};

beforeAll(async () => {
  await database().projects.insert(sampleProject());
  await database().runs.insert(run);
});

interface Calls {
  paid: number;
}

function ask(db: Database, calls: Calls, key: string): Promise<ModelAnswer> {
  const deps: AskModelDeps = {
    db,
    clock: { now: () => sampleTime(3) },
    prices: emptyPriceTable,
    actor: "worker:1",
    model: scriptedModel(() => reply(calls), plainPrice(1_000_000, 10_000_000)),
  };
  return askModel(deps, run, { key, request }, AbortSignal.timeout(9_000));
}

function reply(calls: Calls): ModelReply {
  calls.paid += 1;
  return { text: `answer ${calls.paid}`, finish: "stop", usage: plainTokens(1_000, 500), model: null };
}

/** The same ledger, but somebody else does something before each reservation, so often. */
function outrun(db: Database, times: number, meanwhile: () => Promise<unknown>): Database {
  let left = times;
  const { usage } = db;
  const reserve: UsageLedger["reserve"] = async (...args) => {
    left -= 1;
    if (left >= 0) await meanwhile();
    return usage.reserve(...args);
  };
  return { ...db, usage: Object.assign(Object.create(usage) as UsageLedger, { reserve }) };
}

test("an answer that somebody else stored after this one looked for it is read, and not paid for again", async () => {
  const db = database();
  const calls = { paid: 0 };
  const late = outrun(db, 1, () => ask(db, calls, "plan:one"));

  const answer = await ask(late, calls, "plan:one");

  expect(answer).toMatchObject({ kind: "answered", reply: { text: "answer 1" } });
  const booked = (await db.usage.listOfRun(run.id)).filter(({ key }) => key.startsWith("plan:one"));
  expect([calls.paid, booked.map(({ key, state }) => [key, state.status])]).toEqual([
    1,
    [["plan:one", "settled"]],
  ]);
});

test("who finds the call held back by somebody else each time leaves it to them, and asks nothing", async () => {
  const db = database();
  const calls = { paid: 0 };
  const theirs = sampleUsage({ key: "plan:two", runId: run.id });
  const late = outrun(db, 99, () => db.usage.reserve(theirs, runBudget(noBudget)));

  const asking = ask(late, calls, "plan:two");

  await expect(asking).rejects.toMatchObject({ code: "conflict", retryable: true });
  expect(calls.paid).toBe(0);
});
