// Asks about the tasks of a lab until all is answered, or until it dies at the point that AAS_CRASH_AT names: see
// submission-case.ts.
import { z } from "zod";
import { openGuard } from "../../src/app/crash-points/open-guard.ts";
import type { Database } from "../../src/ports/database.ts";
import { joinAskingLab } from "../../src/testing/asking-lab.ts";
import { clockOf } from "./own-fault-server.ts";
import { bugNames, withoutIntent } from "./planted-bugs.ts";
import { gateOf, openPlanningClients } from "./planning-clients.ts";

const toldSchema = z.strictObject({
  vendor: z.enum(["openai", "anthropic", "gemini"]),
  url: z.string(),
  key: z.string(),
  databaseUrl: z.string(),
  callMs: z.int(),
  bug: z.enum(bugNames).nullable(),
});

const { vendor, url, key, databaseUrl, callMs, bug } = toldSchema.parse(JSON.parse(process.argv[2] ?? "{}"));
const guard = await openGuard(process.env);
const guarded = (db: Database): Database =>
  guard.database(bug === "sends_before_writing" ? withoutIntent(db) : db);
const clock = clockOf(url);
await using lab = await joinAskingLab(databaseUrl, clock, guarded);
const { batchProvider, model } = openPlanningClients(vendor, {
  url,
  clock,
  key,
  callMs,
  gate: gateOf(lab, vendor),
});
await lab.drive({
  batchProvider: guard.port("batchProvider", batchProvider),
  model: guard.port("model", model),
});
