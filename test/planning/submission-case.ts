import { randomBytes } from "node:crypto";
import { makeId, toTaskKey } from "../../src/domain/ids.ts";
import { joinAskingLab, openAskingLab } from "../../src/testing/asking-lab.ts";
import { places } from "../../src/testing/fault-server/cases/case-paths.ts";
import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import type { RequestFault } from "../../src/testing/fault-server/faults/request-fault.ts";
import type { Vendor } from "../../src/testing/fault-server/vendor.ts";
import { answer } from "./answers.fixture.ts";
import { type ClientEnd, runAskingClient } from "./asking-client.ts";
import { judgeSubmissions } from "./judge-submissions.ts";
import { clockOf } from "./own-fault-server.ts";
import { gateOf, openPlanningClients } from "./planning-clients.ts";
import { type BugName, withoutAsking } from "./planted-bugs.ts";
import { serverPrices } from "./prices.ts";

/** Five tasks in chunks of three: two batches. */
const taskNumbers = [1, 2, 3, 4, 5];
const chunkSize = 3;
const usualCallMs = 20_000;

export interface SubmissionCase {
  readonly vendor: Vendor;
  /** Where the first process dies; null: nowhere. */
  readonly crashAt: string | null;
  /** What happens to the first call that creates a batch; null: nothing. */
  readonly creation: RequestFault | null;
  readonly bug: BugName | null;
  /** How long the first process waits for an answer. */
  readonly callMs?: number;
}

export interface PlayedCase {
  readonly first: ClientEnd;
  /** Empty: every chunk was sent once, every task answered once, every cost booked once. */
  readonly complaints: readonly string[];
}

/** A process asks about the tasks and dies; this one goes on, and in the end the store is held against the server. */
export async function playSubmission(played: SubmissionCase): Promise<PlayedCase> {
  const { vendor, crashAt, bug } = played;
  await using server = await FaultServer.start({ script: scriptOf(played), answer });
  await using lab = await openAskingLab({
    clock: clockOf(server.url),
    tasks: taskNumbers.map((number) => ({
      id: makeId("tsk", String(number)),
      key: toTaskKey(`AAS-${number}`),
    })),
    policy: { batchChunkSize: chunkSize, budgetLimitMicroUsd: 50_000_000, budgetWarnMicroUsd: null },
  });
  const key = `test-${randomBytes(12).toString("hex")}`;
  const place = { vendor, url: server.url, key, databaseUrl: lab.databaseUrl };
  const first = await runAskingClient({ ...place, callMs: played.callMs ?? usualCallMs, bug }, crashAt);
  const clock = clockOf(server.url, aheadOf(server));
  await using second = await joinAskingLab(lab.databaseUrl, clock);
  const clients = openPlanningClients(vendor, {
    ...place,
    clock,
    callMs: usualCallMs,
    gate: gateOf(second, vendor),
  });
  const batchProvider =
    bug === "sends_without_asking" ? withoutAsking(clients.batchProvider) : clients.batchProvider;
  await second.drive({ ...clients, batchProvider });
  return { first, complaints: await judgeSubmissions(lab, server) };
}

function scriptOf({ vendor, creation }: SubmissionCase): FaultScriptInput {
  const [place] = places[vendor].create;
  const hit = creation === null ? [] : [{ ...place, nth: [1], probability: 1, fault: creation }];
  return { prices: serverPrices, pace: { by: "looks", inProgress: 1 }, requests: hit };
}

/** So much further than this machine's clock is the server's: whoever died had let time pass. */
function aheadOf({ exchanges }: FaultServer): number {
  const last = exchanges.at(-1);
  return last === undefined ? 0 : Math.max(0, Date.parse(last.at) - Date.now());
}
