import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { toTaskKey } from "../../src/domain/ids.ts";
import type { BatchProvider, Refusal } from "../../src/ports/batch-provider.ts";
import { type AskingLab, joinAskingLab, labClock, openAskingLab } from "../../src/testing/asking-lab.ts";
import { caseTime } from "../../src/testing/fault-server/cases/fault-case.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { but } from "../scenarios/support/batch-provider-but.ts";
import { answer } from "./answers.fixture.ts";
import { openNap } from "./nap.ts";
import { openPlanningClients } from "./planning-clients.ts";

const tasks = [{}, { key: toTaskKey("AAS-2") }, { key: toTaskKey("AAS-3") }];
const refusal: Refusal = { kind: "refused", trouble: "busy", message: "Too many requests." };

/** The same provider, which takes its time to refuse the first call of this kind. */
type Slow = (inner: BatchProvider, refuse: () => Promise<Refusal>) => BatchProvider;

test.each<[string, Slow]>([
  ["an upload", (inner, refuse) => but(inner, { prepare: refuse })],
  ["a submit", (inner, refuse) => but(inner, { submit: refuse })],
])("a late refusal of %s says nothing of a batch that another worker has sent meanwhile", async (_, slow) => {
  await using server = await FaultServer.start({ answer });
  const clock = labClock(caseTime);
  await using lab = await openAskingLab({ clock, tasks });
  const key = `test-${randomBytes(12).toString("hex")}`;
  const clients = openPlanningClients("openai", { url: server.url, clock, key, callMs: 2_000 });
  const nap = openNap();
  await using other = await joinAskingLab(lab.databaseUrl, clock);
  const refuse = (): Promise<Refusal> => nap.take().then(() => refusal);
  const refused = other.look(lab.run.id, {
    ...clients,
    batchProvider: slow(clients.batchProvider, refuse),
  });
  await nap.fallen;
  await untilSent(lab, clients, clock);

  nap.wake();
  await refused;

  expect(await statesOf(lab)).toEqual([["submitted"], ["reserved", "reserved", "reserved"]]);
  await lab.drive(clients);
  expect(await statesOf(lab)).toEqual([["completed"], ["settled", "settled", "settled"]]);
  expect(server.batches).toHaveLength(1);
});

/** What may have been sent already is looked for, until it is certain that nothing was made of it. */
async function untilSent(
  lab: AskingLab,
  clients: Parameters<AskingLab["look"]>[1],
  clock: { pass(ms: number): void | Promise<void> },
): Promise<void> {
  for (let look = 0; look < 50; look += 1) {
    const driven = await lab.look(lab.run.id, clients);
    const [[status] = []] = await statesOf(lab);
    if (status === "submitted") return;
    if (driven.kind === "waiting") await clock.pass(driven.lookAgainMs);
  }
}

async function statesOf({ db, run }: AskingLab): Promise<readonly (readonly string[])[]> {
  const batches = await db.batches.listHeadsOfRun(run.id);
  const usages = await db.usage.listOfRun(run.id);
  return [batches, usages].map((rows) => rows.map(({ state }) => state.status));
}
