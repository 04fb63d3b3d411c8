import { randomBytes } from "node:crypto";
import { makeId, toTaskKey } from "../../../src/domain/ids.ts";
import type { RunPolicy } from "../../../src/domain/running/run-policy.ts";
import { labClock, openAskingLab } from "../../../src/testing/asking-lab.ts";
import { type FaultCase, caseTime } from "../../../src/testing/fault-server/cases/fault-case.ts";
import { FaultServer } from "../../../src/testing/fault-server/fault-server.ts";
import type { FaultScriptInput } from "../../../src/testing/fault-server/fault-script.ts";
import type { LineAnswer } from "../../../src/testing/fault-server/answers/answer-line.ts";
import { openCaseClients } from "./case-clients.ts";
import { type CaseFacts, readCaseFacts } from "./case-facts.ts";
import { driveThroughDeath } from "./drive-through-death.ts";

/** A person would look at a batch for twelve hours before the night is over. */
const looksOfTwelveHours = 144;
/** Past the limit of a day, and what is called off has ended. */
const looksOfTwoDays = 600;

/** Plays one case: the product asks about as many tasks as the case has items, and the server does what the case says. */
export async function playCase(faultCase: FaultCase): Promise<CaseFacts> {
  const clock = labClock(caseTime);
  const key = `test-${randomBytes(12).toString("hex")}`;
  await using lab = await openAskingLab({
    clock,
    tasks: faultCase.customIds.map((_, index) => ({
      id: makeId("tsk", String(index + 1)),
      key: toTaskKey(`AAS-${index + 1}`),
    })),
    policy: policyOf(faultCase),
  });
  const death = driveThroughDeath(faultCase.kill, lab.databaseUrl);
  await using server = await FaultServer.start({
    faultCase,
    script: worldOf(faultCase),
    answer: () => answerOf(faultCase),
    now: () => clock.now().getTime(),
    kill: death.kill,
  });
  const clients = openCaseClients(faultCase, { url: server.url, clock, key });
  await death.until({ ...faultCase, url: server.url, key });
  const driven = await lab.drive(clients, isLongWait(faultCase) ? looksOfTwoDays : looksOfTwelveHours);
  return await readCaseFacts(lab, server, driven);
}

/** Where nothing is said of answers of a batch, calls are made one by one. */
function isOneByOne({ phase, requests }: FaultCase): boolean {
  return phase === "sync" && requests.length > 0;
}

/** A batch that does not end, and what is to become of its requests. */
function isLongWait({ phase, requests }: FaultCase): boolean {
  return phase === "sync" && requests.length === 0;
}

function policyOf(faultCase: FaultCase): Partial<RunPolicy> {
  const { budgetUsd } = faultCase;
  return {
    batchEnabled: !isOneByOne(faultCase),
    ...(budgetUsd === null ? {} : { budgetLimitMicroUsd: Math.round(budgetUsd * 1_000_000) }),
  };
}

/** What a case leaves open, by the phase that it is about. */
function worldOf({ phase, batch }: Pick<FaultCase, "phase" | "batch" | "requests">): FaultScriptInput {
  const pace = { by: "looks", inProgress: 1 } as const;
  if (batch !== null) return { pace };
  if (phase === "budget") return { pace, batches: [{ batches: [1], fate: { kind: "expired", done: 1 } }] };
  if (phase === "sync")
    return { pace, batches: [{ fate: { kind: "stuck", in: "in_progress" }, doneBeforeCancel: 1 }] };
  return { pace };
}

const labels = [
  "**Estimated Complexity**: **Medium**",
  "",
  "**Priority Recommendation**: Keep as is.",
  "",
  "**Blockers**: None",
  "",
  "**First Step**: Read the module that stores todos.",
].join("\n");

const whole = JSON.stringify({
  complexity: "low",
  priority: null,
  blockers: [],
  firstStep: "Read the module that stores todos.",
  steps: ["Read it", "Change it"],
});

function answerOf({ phase }: FaultCase): LineAnswer {
  const tokens = {
    inputTokens: 120,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 300,
    thinkingTokens: 0,
  };
  return { text: phase === "semantic" ? labels : whole, tokens };
}
