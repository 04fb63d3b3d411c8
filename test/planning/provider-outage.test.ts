import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { makeId, type RunId, toTaskKey } from "../../src/domain/ids.ts";
import { type AskingLab, joinAskingLab, labClock, openAskingLab } from "../../src/testing/asking-lab.ts";
import { caseTime } from "../../src/testing/fault-server/cases/fault-case.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import type { RequestFault } from "../../src/testing/fault-server/faults/request-fault.ts";
import { sampleTask } from "../../src/testing/samples.ts";
import { answer } from "./answers.fixture.ts";
import { gateOf, openPlanningClients, type PlanningClients } from "./planning-clients.ts";
import { serverPrices } from "./prices.ts";

const hourMs = 3_600_000;
const downMs = hourMs;

/**
 * Three failures until the circuit opens, one call for each pause (5 s, 10 s, … 5 min, a tenth less at most), and one
 * that was under way beside each worker.
 */
const mostRequests = 3 + 19 + 2;

const unavailable: RequestFault = {
  kind: "answer",
  answer: { status: 503, headers: {}, body: { error: { message: "Down.", type: "server_error" } } },
};

/** One worker: its own connections to the store and to the provider, and a run that it drives. */
interface Worker {
  readonly lab: AskingLab;
  readonly runId: RunId;
  readonly clients: PlanningClients;
}

test.each([
  ["answers that it is unavailable", unavailable],
  ["breaks every connection", { kind: "reset" } as const],
])(
  "a provider that %s for an hour is asked a few times by all workers together, and costs no try",
  async (_how, fault) => {
    const clock = labClock(caseTime);
    await using server = await FaultServer.start({
      script: {
        prices: serverPrices,
        pace: { by: "looks", inProgress: 1 },
        requests: [{ untilMs: downMs, fault }],
      },
      now: () => clock.now().getTime(),
      answer,
    });
    await using first = await openAskingLab({ clock, tasks: [{}, { key: toTaskKey("AAS-2") }] });
    await using second = await joinAskingLab(first.databaseUrl, clock);
    const key = `test-${randomBytes(12).toString("hex")}`;
    const place = { url: server.url, clock, key, callMs: 2_000 };
    const clientsOf = (lab: AskingLab): PlanningClients =>
      openPlanningClients("openai", { ...place, gate: gateOf(lab, "openai") });
    const workers = [
      { lab: first, runId: first.run.id, clients: clientsOf(first) },
      { lab: second, runId: await addRun(second), clients: clientsOf(second) },
    ];

    const looks = await workOn(workers, clock);

    const during = server.exchanges.filter((each) => Date.parse(each.at) - caseTime.getTime() < downMs);
    expect(during.length).toBeGreaterThan(10);
    expect(during.length).toBeLessThanOrEqual(mostRequests);
    expect(looks).toBeGreaterThan(during.length);
    expect(createdBy(server)).toHaveLength(2);
    for (const { lab, runId } of workers) {
      const outcomes = await lab.db.batches.listOutcomes(runId);
      expect(outcomes.map(({ customId, status }) => [customId.slice(-4), status])).toEqual(
        Array.from({ length: 2 }, () => ["_1_1", "ok"]),
      );
      const states = (await lab.db.usage.listOfRun(runId)).map(({ state }) => state.status);
      expect(states).toEqual(["settled", "settled"]);
      const told = (await lab.db.events.listOfRun(runId)).filter(({ type }) => type === "provider.awaited");
      expect(told.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/^openai is away; next look at \d\d:\d\d:\d\d UTC\.$/u),
      ]);
    }
  },
);

function createdBy({ exchanges }: FaultServer): readonly string[] {
  return exchanges.flatMap(({ path, created }) => (path === "/v1/batches" ? created : []));
}

/** The other worker's run, with two tasks of its own. */
async function addRun({ db, run }: AskingLab): Promise<RunId> {
  const id = makeId("run", "other");
  await db.runs.insert({ ...run, id });
  for (const number of [3, 4]) {
    await db.tasks.insert(
      sampleTask({
        id: makeId("tsk", String(number)),
        key: toTaskKey(`AAS-${number}`),
        runId: id,
        state: { status: "queued" },
        dependsOn: [],
        builder: { kind: "model" },
      }),
    );
  }
  return id;
}

/** Each worker looks when it was told to, in the order of time. Answers how often they looked. */
async function workOn(workers: readonly Worker[], clock: ReturnType<typeof labClock>): Promise<number> {
  const nextAt = new Map(workers.map((worker) => [worker, clock.now().getTime()]));
  let looks = 0;
  while (nextAt.size > 0) {
    const [due] = [...nextAt].toSorted(([, one], [, other]) => one - other);
    if (due === undefined) break;
    const [worker, at] = due;
    await clock.pass(Math.max(0, at - clock.now().getTime()));
    const driven = await worker.lab.look(worker.runId, worker.clients);
    looks += 1;
    if (looks > 5_000) throw new Error("It never ends.");
    if (driven.kind === "paused") throw new Error(`paused: ${driven.message}`);
    if (driven.kind === "settled") nextAt.delete(worker);
    else nextAt.set(worker, clock.now().getTime() + driven.lookAgainMs);
  }
  return looks;
}

test("a batch that has to wait at the gate was not sent: it is neither searched for nor sent twice", async () => {
  const clock = labClock(caseTime);
  await using server = await FaultServer.start({
    script: { prices: serverPrices, pace: { by: "looks", inProgress: 1 } },
    now: () => clock.now().getTime(),
    answer,
  });
  await using lab = await openAskingLab({ clock, tasks: [{}] });
  const gate = gateOf(lab, "anthropic");
  await gate.store.leave(gate.key, { trial: null, end: { kind: "busy", retryAfterMs: 90_000 } });
  const key = `test-${randomBytes(12).toString("hex")}`;
  const place = { url: server.url, clock, key, callMs: 2_000, gate };

  const driven = await lab.drive(openPlanningClients("anthropic", place));

  expect(driven.kind).toBe("settled");
  const creations = server.exchanges.filter(({ method }) => method === "POST");
  expect(creations.map(({ at }) => Date.parse(at) - caseTime.getTime())).toEqual([90_000]);
  expect(server.exchanges.filter(({ path }) => path.includes("/batches?"))).toEqual([]);
  const states = (await lab.db.events.listOfRun(lab.run.id)).flatMap(({ type, to }) =>
    type === "batch.changed" ? [to] : [],
  );
  expect(states).toEqual(["uploading", "submitting", "uploading", "submitting", "submitted", "completed"]);
});
