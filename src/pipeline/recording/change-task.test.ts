import { expect, test } from "vitest";
import type { Attempt, AttemptState } from "../../domain/attempt.ts";
import { makeId } from "../../domain/ids.ts";
import type { TaskEvent } from "../../domain/task.ts";
import { databaseOfFile } from "../../testing/stores/database-of-file.ts";
import { sampleAttempt } from "../../testing/building-samples.ts";
import { sampleTime } from "../../testing/samples.ts";
import { insertFamily } from "../../testing/stores/sample-family.ts";
import { changeTask } from "./change-task.ts";

const database = databaseOfFile();

const running: AttemptState = { status: "running" };
const handedIn: AttemptState = { status: "completed", submissionId: makeId("sub", "1") };
const unclear = { status: "abandoned", reason: "unclear" } as const;

test.each<[TaskEvent, AttemptState, AttemptState]>([
  [{ type: "canceled" }, running, { status: "canceled" }],
  [{ type: "canceled" }, handedIn, handedIn],
  [{ type: "gave_up", reason: "unclear" }, running, unclear],
  [{ type: "gave_up", reason: "unclear" }, handedIn, unclear],
  [{ type: "activated" }, running, running],
])("a task that is %j leaves the attempt %j of its round as %j", async (event, before, after) => {
  const db = database();
  const deps = { db, clock: { now: () => sampleTime(5) }, actor: "worker:1" };
  const { unique, run, task } = await insertFamily(db);
  const own = { taskId: task.id, runId: run.id, number: 1 };
  const attempts: readonly Attempt[] = [
    sampleAttempt({ ...own, id: makeId("att", `${unique}old`), round: task.round + 1, state: before }),
    sampleAttempt({ ...own, id: makeId("att", unique), round: task.round, state: before }),
  ];
  for (const attempt of attempts) await db.attempts.insert(attempt);

  await changeTask(deps, task.id, event);

  const states = (await db.attempts.listOfTask(task.id)).map(({ state }) => state);
  expect(states).toEqual([after, before]);
});
