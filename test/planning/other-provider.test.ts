import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { toTaskKey } from "../../src/domain/ids.ts";
import { type AskingLab, labClock, openAskingLab } from "../../src/testing/asking-lab.ts";
import { caseTime } from "../../src/testing/fault-server/cases/fault-case.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import type { Vendor } from "../../src/testing/fault-server/vendor.ts";
import { answer } from "./answers.fixture.ts";
import { openPlanningClients, type PlanningClients } from "./planning-clients.ts";
import { serverPrices } from "./prices.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

interface Place extends AsyncDisposable {
  readonly lab: AskingLab;
  readonly server: FaultServer;
  readonly clock: ReturnType<typeof labClock>;
  clients(vendor: Vendor): PlanningClients;
  callsTo(vendor: Vendor): number;
}

async function openPlace(
  script: FaultScriptInput = {},
  tasks: Parameters<typeof openAskingLab>[0]["tasks"] = [{}, { key: toTaskKey("AAS-2") }],
): Promise<Place> {
  const clock = labClock(caseTime);
  const server = await FaultServer.start({
    script: { prices: serverPrices, pace: { by: "looks", inProgress: 1 }, ...script },
    now: () => clock.now().getTime(),
    answer,
  });
  const lab = await openAskingLab({ clock, tasks });
  const key = `test-${randomBytes(12).toString("hex")}`;
  return {
    lab,
    server,
    clock,
    clients: (vendor) => openPlanningClients(vendor, { url: server.url, clock, key, callMs: 2_000 }),
    callsTo: (vendor) =>
      server.exchanges.filter(({ path }) => path.includes("/messages") === (vendor === "anthropic")).length,
    [Symbol.asyncDispose]: async () => {
      await lab[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function createdBy({ exchanges }: FaultServer): readonly string[] {
  return exchanges.flatMap(({ path, created }) => (path.endsWith("/batches") ? created : []));
}

async function statesOf({ db, run }: AskingLab): Promise<readonly string[]> {
  return (await db.batches.listHeadsOfRun(run.id)).map(({ state }) => state.status);
}

test("a batch waits for its own provider while the settings name another one, and is paid for once", async () => {
  await using place = await openPlace();
  const { lab, server, clock } = place;
  await lab.look(lab.run.id, place.clients("openai"));
  const calls = server.exchanges.length;

  await clock.pass(2 * hourMs);
  const looked = await lab.look(lab.run.id, place.clients("anthropic"));

  const [batch] = await lab.db.batches.listHeadsOfRun(lab.run.id);
  const { host } = new URL(server.url);
  expect(looked).toEqual({
    kind: "paused",
    reason: "provider",
    message: `${batch?.id} is at openai (${host}), and the settings name anthropic (${host}). Set model back to openai (${host}) and resume, or cancel the run.`,
  });
  expect([server.exchanges.length, await statesOf(lab)]).toEqual([calls, ["submitted"]]);

  const driven = await lab.drive(place.clients("openai"));

  expect([driven.kind, createdBy(server).length, place.callsTo("anthropic")]).toEqual(["settled", 1, 0]);
  const states = (await lab.db.usage.listOfRun(lab.run.id)).map(({ state }) => state.status);
  expect(states).toEqual(["settled", "settled"]);
});

test("a batch is not forgotten when the settings name no model any more", async () => {
  await using place = await openPlace();
  const { lab } = place;
  await lab.look(lab.run.id, place.clients("openai"));

  const looked = await lab.look(lab.run.id, { batchProvider: null, model: null });

  expect(looked).toMatchObject({
    kind: "paused",
    reason: "provider",
    message: expect.stringContaining("the settings name no provider with batches."),
  });
  expect(await statesOf(lab)).toEqual(["submitted"]);
});

test("a batch of another server that speaks the same is unknown to this one", async () => {
  await using place = await openPlace();
  await using other = await openPlace();
  const { lab } = place;
  await lab.look(lab.run.id, place.clients("openai"));

  expect(await lab.look(lab.run.id, other.clients("openai"))).toMatchObject({ reason: "provider" });
  expect([await statesOf(lab), other.server.exchanges]).toEqual([["submitted"], []]);
});

test("a submit whose answer was lost is looked for where it was made, and nowhere else", async () => {
  const lost = { method: "POST", path: "/v1/batches", fault: { kind: "create_then_reset" } } as const;
  await using place = await openPlace({ requests: [lost], lag: { listMs: 3 * minuteMs } });
  const { lab, clock } = place;
  await lab.look(lab.run.id, place.clients("openai"));
  await clock.pass(hourMs);

  const looked = await lab.look(lab.run.id, place.clients("anthropic"));

  expect([looked.kind, await statesOf(lab), place.callsTo("anthropic")]).toEqual([
    "paused",
    ["reconciling"],
    0,
  ]);
});

test("nobody asks about a task that a later plan dropped", async () => {
  const dropped = { key: toTaskKey("AAS-2"), state: { status: "canceled" } } as const;
  await using place = await openPlace({}, [{}, dropped]);
  const { lab } = place;

  const driven = await lab.drive(place.clients("openai"));

  const batches = await lab.db.batches.listOfRun(lab.run.id);
  expect(batches.flatMap(({ items }) => items.map(({ taskKey }) => taskKey))).toEqual(["AAS-1"]);
  expect(driven).toMatchObject({ kind: "settled", requests: [{ step: { kind: "answered" } }] });
  expect(await lab.db.usage.listOfRun(lab.run.id)).toHaveLength(1);
});
