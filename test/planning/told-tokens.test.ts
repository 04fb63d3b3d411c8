import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { makeId, toTaskKey } from "../../src/domain/ids.ts";
import { labClock, openAskingLab } from "../../src/testing/asking-lab.ts";
import { caseTime } from "../../src/testing/fault-server/cases/fault-case.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import type { Vendor } from "../../src/testing/fault-server/vendor.ts";
import { answer } from "./answers.fixture.ts";
import { openPlanningClients } from "./planning-clients.ts";

/** Three tasks in one batch, where what is told of the first one's tokens is wrong. */
async function askWithOddCount(vendor: Vendor, outputTokens: number) {
  const clock = labClock(caseTime);
  let answers = 0;
  await using server = await FaultServer.start({
    script: { pace: { by: "looks", inProgress: 1 } },
    answer: (customId, asked) => {
      answers += 1;
      const line = answer(customId, asked);
      return answers === 1 ? { ...line, tokens: { ...line.tokens, outputTokens, thinkingTokens: 0 } } : line;
    },
    now: () => clock.now().getTime(),
  });
  await using lab = await openAskingLab({
    clock,
    tasks: [1, 2, 3].map((id) => ({ id: makeId("tsk", String(id)), key: toTaskKey(`AAS-${id}`) })),
  });
  const key = `test-${randomBytes(12).toString("hex")}`;
  const driven = await lab.drive(
    openPlanningClients(vendor, { url: server.url, clock, key, callMs: 60_000 }),
  );
  const { db, run } = lab;
  const usages = (await db.usage.listOfRun(run.id)).map(({ state }) => state);
  return {
    driven: driven.kind,
    outcomes: (await db.batches.listOutcomes(run.id)).map(({ status }) => status),
    estimates: usages.filter((state) => state.status === "settled" && state.isEstimated && state.microUsd > 0)
      .length,
    counted: usages.filter((state) => state.status === "settled" && !state.isEstimated).length,
    spending: await db.usage.spendingOf(run.id),
    charged: usages.reduce((sum, state) => sum + (state.status === "settled" ? state.microUsd : 0), 0),
  };
}

const vendors: readonly Vendor[] = ["openai", "anthropic", "gemini"];
const wrongCounts = [90.5, -1_000_000, 1e18, 1e300] as const;

test.each(vendors.flatMap((vendor) => wrongCounts.map((count) => [vendor, count] as const)))(
  "%s tells of %d tokens in one line of a batch: all answers are kept, and that one is charged what was held back",
  async (vendor, count) => {
    const asked = await askWithOddCount(vendor, count);

    expect(asked).toMatchObject({
      driven: "settled",
      outcomes: ["ok", "ok", "ok"],
      estimates: 1,
      counted: 2,
    });
    expect(asked.spending).toEqual({ settledMicroUsd: asked.charged, reservedMicroUsd: 0 });
  },
);
