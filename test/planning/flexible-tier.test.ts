import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { makePriceTable } from "../../src/adapters/prices/price-table.ts";
import { openProvider } from "../../src/app/composing/compose-provider.ts";
import { configSchema } from "../../src/config/config-schema.ts";
import { makeId, toTaskKey } from "../../src/domain/ids.ts";
import { type AskingLab, labClock, openAskingLab } from "../../src/testing/asking-lab.ts";
import { caseTime } from "../../src/testing/fault-server/cases/fault-case.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import type { RequestRule } from "../../src/testing/fault-server/faults/request-fault.ts";
import { answer } from "./answers.fixture.ts";
import { clientPrices, modelNames, serverPrices } from "./prices.ts";
import { sumOf } from "./settled-accounts.ts";

const call = { method: "POST", path: "/v1/chat/completions", probability: 1 } as const;

/** The flexible tier has no room; nothing is charged for saying so. */
function full(...nth: readonly number[]): RequestRule {
  const body = {
    error: { message: "Resource Unavailable", type: "server_error", code: "resource_unavailable" },
  };
  return { ...call, nth: [...nth], fault: { kind: "answer", answer: { status: 429, headers: {}, body } } };
}

interface Asked {
  /** Tier and end of each call, by the ledger. */
  readonly calls: readonly (readonly [string, string])[];
  readonly bookedMicroUsd: number;
  readonly billedMicroUsd: number;
  readonly heldBackMicroUsd: number;
  readonly requests: number;
}

/** Three tasks are asked about alone, one after the other, with this tier in the settings. */
async function ask(tier: "standard" | "flex", requests: readonly RequestRule[] = []): Promise<Asked> {
  const clock = labClock(caseTime);
  await using server = await FaultServer.start({
    script: { prices: serverPrices, requests: [...requests] },
    now: () => clock.now().getTime(),
    answer,
  });
  await using lab = await openAskingLab({
    clock,
    policy: { batchEnabled: false },
    tasks: [1, 2, 3].map((number) => ({
      id: makeId("tsk", String(number)),
      key: toTaskKey(`AAS-${number}`),
    })),
  });
  const driven = await lab.drive(await openAsked(lab, server, tier));
  expect(driven.kind).toBe("settled");
  return await accountsOf(lab, server);
}

async function openAsked(lab: AskingLab, server: FaultServer, tier: string) {
  const {
    model: setting,
    limits,
    batch,
  } = configSchema.parse({
    model: {
      provider: "openai",
      name: modelNames.openai,
      baseUrl: `${server.url}/v1`,
      apiKey: "env:AAS_TEST_KEY",
      tier,
    },
  });
  if (setting === null || setting.provider === "recorded") throw new Error("A provider is named.");
  const env = { AAS_TEST_KEY: `test-${randomBytes(12).toString("hex")}` };
  const clock = labClock(caseTime);
  const place = { clock, env, gates: lab.db.gates, projectId: lab.run.projectId, limits, batch };
  const { model } = await openProvider(setting, place);
  const prices = makePriceTable(new Map([[modelNames.openai, clientPrices.openai.alone]]));
  return { model, batchProvider: null, prices };
}

async function accountsOf({ db, run }: AskingLab, server: FaultServer): Promise<Asked> {
  const usages = await db.usage.listOfRun(run.id);
  const bill = server.bill();
  expect(bill.untold).toEqual([]);
  return {
    calls: usages.map(({ tier, state }) => [tier, state.status]),
    bookedMicroUsd: sumOf(
      usages.map(({ key, state }) => ({
        customId: key,
        microUsd: state.status === "settled" ? state.microUsd : 0,
      })),
    ),
    billedMicroUsd: bill.owedMicroUsd,
    heldBackMicroUsd: (await db.usage.spendingOf(run.id)).reservedMicroUsd,
    requests: server.exchanges.length,
  };
}

test("calls at the flexible tier cost half, and the ledger is the bill", async () => {
  const flex = await ask("flex");
  const standard = await ask("standard");

  expect(flex.calls).toEqual(Array.from({ length: 3 }, () => ["flex", "settled"]));
  expect(standard.calls).toEqual(Array.from({ length: 3 }, () => ["standard", "settled"]));
  expect(flex.bookedMicroUsd).toBe(flex.billedMicroUsd);
  expect(standard.bookedMicroUsd).toBe(standard.billedMicroUsd);
  expect(Math.abs(2 * flex.billedMicroUsd - standard.billedMicroUsd)).toBeLessThanOrEqual(3);
});

test("where it has no room the call is made at the ordinary price, at once, and nothing is owed for having asked", async () => {
  const asked = await ask("flex", [full(1, 4)]);

  expect(asked.calls).toEqual([
    ["standard", "settled"],
    ["flex", "settled"],
    ["standard", "settled"],
  ]);
  expect(asked.bookedMicroUsd).toBe(asked.billedMicroUsd);
  expect(asked.heldBackMicroUsd).toBe(0);
  expect(asked.requests).toBe(5);
});
