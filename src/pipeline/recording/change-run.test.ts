import { expect, test } from "vitest";
import type { RunEvent } from "../../domain/run.ts";
import { databaseOfFile } from "../../testing/stores/database-of-file.ts";
import { sampleTime } from "../../testing/samples.ts";
import { insertFamily } from "../../testing/stores/sample-family.ts";
import { changeRun } from "./change-run.ts";

const database = databaseOfFile();

test("every event of a run carries the state it leads to, in fields and in words", async () => {
  const db = database();
  const deps = { db, clock: { now: () => sampleTime(5) }, actor: "worker:1" };
  const { run } = await insertFamily(db);
  const way: readonly RunEvent[] = [
    { type: "started" },
    { type: "stage_entered", stage: "implement" },
    { type: "paused", reason: "money" },
    { type: "resumed" },
    { type: "failed", code: "base_red" },
    { type: "retried" },
    { type: "completed", outcome: "partial" },
  ];

  for (const event of way) await changeRun(deps, run.id, event);

  const told = (await db.events.listOfRun(run.id)).map(({ to, details }) => [to, details]);
  expect(told).toEqual([
    ["running(decompose)", { state: { status: "running", stage: "decompose" } }],
    ["running(implement)", { state: { status: "running", stage: "implement" } }],
    ["paused(implement, money)", { state: { status: "paused", stage: "implement", reason: "money" } }],
    ["running(implement)", { state: { status: "running", stage: "implement" } }],
    ["failed(implement, base_red)", { state: { status: "failed", stage: "implement", code: "base_red" } }],
    ["running(implement)", { state: { status: "running", stage: "implement" } }],
    ["completed(partial)", { state: { status: "completed", outcome: "partial" } }],
  ]);
});
