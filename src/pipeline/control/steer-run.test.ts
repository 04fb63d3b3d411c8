import { afterAll, beforeAll, expect, test } from "vitest";
import { openPostgresDatabase } from "../../adapters/postgres/postgres-database.ts";
import type { Database } from "../../ports/database.ts";
import { databaseForTests } from "../../testing/postgres-for-tests.ts";
import { sampleProject, sampleRun, sampleTime } from "../../testing/samples.ts";
import type { RecordPlanDeps } from "../planning/record-plan.ts";
import { resumeRun } from "./steer-run.ts";

let db: Database;
let drop: () => Promise<void>;
let person: RecordPlanDeps;

beforeAll(async () => {
  const database = await databaseForTests();
  drop = database.drop;
  db = await openPostgresDatabase({ url: database.url, maxConnections: 2 });
  person = { db, clock: { now: () => sampleTime(5) }, actor: "person:ada", ids: { next: () => "1" } };
});

afterAll(async () => {
  await db.close();
  await drop();
});

test("a run is resumed with a higher cap by one event, which says so", async () => {
  const project = sampleProject();
  const run = sampleRun({
    projectId: project.id,
    state: { status: "paused", stage: "implement", reason: "money" },
  });
  await db.projects.insert(project);
  await db.runs.insert(run);

  const resumed = await resumeRun(person, run.id, { budgetLimitMicroUsd: 20_000_000 });

  expect(resumed.state).toEqual({ status: "running", stage: "implement" });
  expect(resumed.policy).toEqual({ ...run.policy, budgetLimitMicroUsd: 20_000_000 });
  expect(resumed.source).toEqual(run.source);
  const told = (await db.events.listOfRun(run.id)).map(({ type, reason }) => [type, reason]);
  expect(told).toEqual([["run.resumed", "resumed by person:ada, with a cap of $20.00"]]);
});
