import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { toTaskKey } from "../../src/domain/ids.ts";
import { lostKey } from "../../src/domain/money/usage.ts";
import type { BatchProvider } from "../../src/ports/batch-provider.ts";
import type { Database } from "../../src/ports/database.ts";
import type { Model } from "../../src/ports/model.ts";
import {
  type AskingLab,
  joinAskingLab,
  type LabClock,
  labClock,
  openAskingLab,
} from "../../src/testing/asking-lab.ts";
import { caseTime } from "../../src/testing/fault-server/cases/fault-case.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { but } from "../scenarios/support/batch-provider-but.ts";
import { answer } from "./answers.fixture.ts";
import { type Nap, openNap } from "./nap.ts";
import { openPlanningClients, type PlanningClients } from "./planning-clients.ts";
import { serverPrices } from "./prices.ts";
import { billedCharges, bookedCharges } from "./settled-accounts.ts";

const tasks = [{}, { key: toTaskKey("AAS-2") }, { key: toTaskKey("AAS-3") }];

function openLab(clock: LabClock): Promise<AskingLab> {
  return openAskingLab({
    clock,
    tasks,
    policy: { budgetLimitMicroUsd: 50_000_000, budgetWarnMicroUsd: null },
  });
}

function openServer(): Promise<FaultServer> {
  return FaultServer.start({ answer, script: { prices: serverPrices } });
}

function clientsOf({ url }: FaultServer, clock: LabClock): PlanningClients {
  const key = `test-${randomBytes(12).toString("hex")}`;
  return openPlanningClients("openai", { url, clock, key, callMs: 2_000 });
}

/** The same store, whose user sleeps before its first transaction: it has read what is due by then. */
function sleepy(nap: Nap): (db: Database) => Database {
  return (db) => ({
    ...db,
    transaction: async (work) => {
      await nap.take();
      return db.transaction(work);
    },
  });
}

async function expectPaidOnce({ db, run }: AskingLab, server: FaultServer): Promise<void> {
  const usages = await db.usage.listOfRun(run.id);
  expect(bookedCharges(usages, await db.batches.listOutcomes(run.id))).toEqual(billedCharges(server.bill()));
  expect(server.bill().owed).toHaveLength(tasks.length);
}

test("a worker that slept between reading what is due and writing it down sends nothing that another one sent", async () => {
  await using server = await openServer();
  const clock = labClock(caseTime);
  await using lab = await openLab(clock);
  const nap = openNap();
  await using other = await joinAskingLab(lab.databaseUrl, clock, sleepy(nap));
  const sleeping = other.look(lab.run.id, clientsOf(server, clock));
  await nap.fallen;
  await lab.look(lab.run.id, clientsOf(server, clock));

  nap.wake();
  await sleeping;
  const usages = await lab.db.usage.listOfRun(lab.run.id);
  expect(usages.map(({ state }) => state.status)).toEqual(["reserved", "reserved", "reserved"]);
  await lab.drive(clientsOf(server, clock));

  expect((await lab.db.batches.listHeadsOfRun(lab.run.id)).map(({ state }) => state.status)).toEqual([
    "completed",
  ]);
  expect(server.batches).toHaveLength(1);
  await expectPaidOnce(lab, server);
});

test("nor what another one sent meanwhile, was refused, and will send again", async () => {
  await using server = await openServer();
  const clock = labClock(caseTime);
  await using lab = await openLab(clock);
  const nap = openNap();
  await using other = await joinAskingLab(lab.databaseUrl, clock, sleepy(nap));
  const clients = clientsOf(server, clock);
  const sleeping = other.look(lab.run.id, clients);
  await nap.fallen;
  await lab.look(lab.run.id, { ...clients, batchProvider: refusing(clients.batchProvider) });

  nap.wake();
  await sleeping;
  await lab.drive(clients);

  const batches = await lab.db.batches.listOfRun(lab.run.id);
  expect(batches.map(({ state, items }) => [state.status, items.map(({ customId }) => customId)])).toEqual([
    ["failed", idsOfTry(lab, 1)],
    ["completed", idsOfTry(lab, 2)],
  ]);
  await expectPaidOnce(lab, server);
});

function refusing(inner: BatchProvider): BatchProvider {
  return but(inner, {
    prepare: async () => ({ kind: "refused", trouble: "busy", message: "Too many requests." }),
  });
}

function idsOfTry({ tasks: asked }: AskingLab, number: number): readonly string[] {
  return asked.map(({ id, round }) => `aas_${id}_${round}_${number}`);
}

test("of two that are about to send a batch at the same moment one does", async () => {
  await using server = await openServer();
  const clock = labClock(caseTime);
  await using lab = await openLab(clock);
  const [uploading, submitting] = [openNap(), openNap()];
  await using other = await joinAskingLab(lab.databaseUrl, clock);
  const clients = clientsOf(server, clock);
  const inner = clients.batchProvider;
  const second = other.look(lab.run.id, {
    ...clients,
    batchProvider: but(inner, {
      prepare: async (...args) => {
        const prepared = await inner.prepare(...args);
        await uploading.take();
        return prepared;
      },
    }),
  });
  await uploading.fallen;
  const first = lab.look(lab.run.id, {
    ...clients,
    batchProvider: but(inner, { submit: (...args) => submitting.take().then(() => inner.submit(...args)) }),
  });
  await submitting.fallen;

  uploading.wake();
  await second;
  submitting.wake();
  await first;
  await lab.drive(clients);

  expect(server.batches).toHaveLength(1);
  await expectPaidOnce(lab, server);
});

test("what a call of its own was begun for, before there were batches, is sent beside the money of that call", async () => {
  await using server = await openServer();
  const clock = labClock(caseTime);
  await using lab = await openLab(clock);
  const nap = openNap();
  await using dead = await joinAskingLab(lab.databaseUrl, clock);
  const { batchProvider, model } = clientsOf(server, clock);
  const hanging = {
    ...named(model),
    complete: () => nap.take().then(() => Promise.reject(new Error("gone"))),
  };
  const calling = dead.look(lab.run.id, { batchProvider: null, model: hanging });
  await nap.fallen;

  await lab.drive({ batchProvider, model });

  const [first = "", ...others] = idsOfTry(lab, 1);
  expect((await lab.db.usage.listOfRun(lab.run.id)).map(({ key, state }) => [key, state.status])).toEqual([
    [first, "settled"],
    [lostKey(first, 1), "undelivered"],
    ...others.map((key) => [key, "settled"]),
  ]);
  await expectPaidOnce(lab, server);
  nap.wake();
  await expect(calling).rejects.toThrow("gone");
});

test("what such a call has answered is read, and not asked again", async () => {
  await using server = await openServer();
  const clock = labClock(caseTime);
  await using lab = await openLab(clock);
  const { batchProvider, model } = clientsOf(server, clock);
  await using dead = await joinAskingLab(lab.databaseUrl, clock, (db) => dyingOverOutcomes(db));
  await expect(dead.look(lab.run.id, { batchProvider: null, model })).rejects.toThrow("killed");

  await lab.drive({ batchProvider, model });

  const batches = await lab.db.batches.listOfRun(lab.run.id);
  expect(batches.map(({ items }) => items.map(({ customId }) => customId))).toEqual([
    idsOfTry(lab, 1).slice(1),
  ]);
  await expectPaidOnce(lab, server);
});

function named({ provider, name, price }: Model): Pick<Model, "provider" | "name" | "price"> {
  return { provider, name, price };
}

/** The same store, whose user is killed when it would tell what came of a request. */
function dyingOverOutcomes(db: Database): Database {
  return {
    ...db,
    transaction: (work) =>
      db.transaction((stores) =>
        work({
          ...stores,
          get batches(): never {
            throw new Error("killed");
          },
        }),
      ),
  };
}
