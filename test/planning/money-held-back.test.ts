import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { microUsdOf } from "../../src/domain/money/usage.ts";
import { toTaskKey } from "../../src/domain/ids.ts";
import type { RunPolicy } from "../../src/domain/running/run-policy.ts";
import { type AskingLab, labClock, openAskingLab } from "../../src/testing/asking-lab.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { caseTime } from "../../src/testing/fault-server/cases/fault-case.ts";
import { answer } from "./answers.fixture.ts";
import { openPlanningClients, type PlanningClients } from "./planning-clients.ts";

const tasks = [{}, { key: toTaskKey("AAS-2") }, { key: toTaskKey("AAS-3") }];

function openLab(policy: Partial<RunPolicy>): Promise<AskingLab> {
  return openAskingLab({ clock: labClock(caseTime), tasks, policy });
}

function clientsOf({ url }: FaultServer): PlanningClients {
  const key = `test-${randomBytes(12).toString("hex")}`;
  return openPlanningClients("openai", { url, clock: labClock(caseTime), key, callMs: 2_000 });
}

async function heldBy({ db, run }: AskingLab): Promise<readonly number[]> {
  return (await db.usage.listOfRun(run.id)).map(({ state }) => microUsdOf(state));
}

test("when one request does not fit under the cap, nothing is held back for those before it", async () => {
  await using server = await FaultServer.start({ answer });
  await using rich = await openLab({ budgetLimitMicroUsd: 50_000_000, budgetWarnMicroUsd: null });
  await rich.look(rich.run.id, clientsOf(server));
  const [one = 0, ...others] = await heldBy(rich);
  expect([one > 0, others.length]).toEqual([true, 2]);
  const forTwo = Math.round(one * 2.5);
  await using poor = await openLab({ budgetLimitMicroUsd: forTwo, budgetWarnMicroUsd: one + 1 });

  const looked = await poor.look(poor.run.id, clientsOf(server));

  expect(looked).toMatchObject({ kind: "paused", reason: "money" });
  expect(await heldBy(poor)).toEqual([]);
  expect(await poor.db.batches.listHeadsOfRun(poor.run.id)).toEqual([]);
});

test("a run that was canceled meanwhile intends nothing and holds nothing back", async () => {
  await using server = await FaultServer.start({ answer });
  await using lab = await openLab({});
  await lab.db.runs.replace({ ...lab.run, state: { status: "canceled" } });

  await lab.look(lab.run.id, clientsOf(server));

  expect(server.exchanges).toEqual([]);
  expect([await heldBy(lab), await lab.db.batches.listHeadsOfRun(lab.run.id)]).toEqual([[], []]);
});
