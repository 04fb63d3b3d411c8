import { beforeAll, describe, expect, test } from "vitest";
import { makeId, toTaskKey } from "../../domain/ids.ts";
import type { Run, RunState } from "../../domain/run.ts";
import type { Task, TaskState } from "../../domain/task.ts";
import type { Database } from "../../ports/database.ts";
import { databaseOfFile } from "../../testing/stores/database-of-file.ts";
import { sampleProject, sampleRun, sampleTask, sampleTime } from "../../testing/samples.ts";
import type { RecordPlanDeps } from "../planning/record-plan.ts";
import { retryRun } from "./retry-run.ts";
import { cancelRun, resumeRun } from "./steer-run.ts";

let db: Database;
let person: RecordPlanDeps;
let families = 0;

const database = databaseOfFile();

beforeAll(async () => {
  db = database();
  person = { db, clock: { now: () => sampleTime(5) }, actor: "person:ada", ids: { next: () => "1" } };
});

test("a run is resumed with a higher cap by one event, which says so", async () => {
  const { run } = await recorded({ status: "paused", stage: "implement", reason: "money" });

  const resumed = await resumeRun(person, run.id, { budgetLimitMicroUsd: 20_000_000 });

  expect(resumed.state).toEqual({ status: "running", stage: "implement" });
  expect(resumed.policy).toEqual({ ...run.policy, budgetLimitMicroUsd: 20_000_000 });
  expect(resumed.source).toEqual(run.source);
  const told = (await db.events.listOfRun(run.id)).map(({ type, reason }) => [type, reason]);
  expect(told).toEqual([["run.resumed", "resumed by person:ada, with a cap of $20.00"]]);
});

test.each([
  [{ budgetLimitMicroUsd: 3_000_000 }, "The cap of RUN is $10.00 already, and $3.00 is less."],
  [{ budgetPerRunTokens: 99 }, "The cap of RUN is 100 tokens already, and 99 is less."],
])("a cap below what it is is refused, and the run stays as it is: %j", async (amendment, message) => {
  const { run } = await recorded({ status: "paused", stage: "implement", reason: "money" });
  const policy = { ...run.policy, budgetLimitMicroUsd: 10_000_000, budgetPerRunTokens: 100 };
  await db.runs.replace({ ...run, policy });
  const capped = await db.runs.get(run.id);

  await expect(resumeRun(person, run.id, amendment)).rejects.toMatchObject({
    code: "usage",
    message: message.replace("RUN", run.id),
    cure: expect.stringContaining(`aas automate resume ${run.id}`),
  });

  expect(await db.runs.get(run.id)).toEqual(capped);
});

describe("a run that moves while a person's command is decided is looked at again", () => {
  const stuck: TaskState = { status: "needs_review", reason: "3 attempts failed" };
  const conflict = { code: "conflict" };

  test("a task is not queued in a run that has gone on to validate", async () => {
    const { run, task } = await recorded({ status: "running", stage: "implement" }, stuck);
    const meanwhile = movedTo(run, { status: "running", stage: "validate" });

    const retrying = retryRun(meanwhile, run.id, { hint: "no swearing", force: false });

    await expect(retrying).rejects.toMatchObject(conflict);
    expect(await db.tasks.get(task.id)).toEqual(task);
    expect(await db.events.listOfRun(run.id)).toEqual([]);
  });

  test("tasks of a run that is completed are not canceled", async () => {
    const { run, task } = await recorded({ status: "running", stage: "notify" }, { status: "queued" });
    const meanwhile = movedTo(run, { status: "completed", outcome: "partial" });

    await expect(cancelRun(meanwhile, run.id)).rejects.toMatchObject(conflict);

    expect(await db.tasks.get(task.id)).toEqual(task);
  });

  test("a plan is not recorded for a run that is canceled, and nobody is told that it was", async () => {
    const { run, task } = await recorded(
      { status: "paused", stage: "implement", reason: "person" },
      { status: "queued" },
    );
    const meanwhile = movedTo(run, { status: "canceled" });
    const plan = { tasks: [{ id: "a", title: "Another", files: ["a.ts"], acceptance: [["true"]] }] };
    const source = { kind: "plan", json: JSON.stringify(plan) } as const;

    await expect(resumeRun(meanwhile, run.id, { source })).rejects.toMatchObject(conflict);

    expect(await db.tasks.listOfRun(run.id)).toEqual([task]);
    expect((await db.runs.get(run.id)).source).toEqual(run.source);
  });

  test("a cap is raised all the same when it only has another priority", async () => {
    const { run } = await recorded({ status: "paused", stage: "implement", reason: "money" });
    const meanwhile = movedTo({ ...run, priority: "urgent" }, run.state);

    const resumed = await resumeRun(meanwhile, run.id, { budgetLimitMicroUsd: 20_000_000 });

    expect(resumed).toMatchObject({ priority: "urgent", state: { status: "running" } });
    expect(resumed.policy.budgetLimitMicroUsd).toBe(20_000_000);
  });
});

async function recorded(
  state: RunState,
  taskState: TaskState = { status: "queued" },
): Promise<{ readonly run: Run; readonly task: Task }> {
  families += 1;
  const project = sampleProject({ id: makeId("prj", `steer${families}`) });
  const run = sampleRun({ id: makeId("run", `steer${families}`), projectId: project.id, state });
  const task = sampleTask({
    id: makeId("tsk", `steer${families}`),
    key: toTaskKey("AAS-1"),
    projectId: project.id,
    runId: run.id,
    state: taskState,
  });
  await db.projects.insert(project);
  await db.runs.insert(run);
  await db.tasks.insert(task);
  return { run, task };
}

/** A person's means over the same database, where somebody changes the run once after it was read. */
function movedTo(run: Run, state: RunState): RecordPlanDeps {
  let isMoved = false;
  const moving: Database = {
    ...db,
    transaction: (work) =>
      db.transaction((stores) =>
        work({
          ...stores,
          runs: {
            insert: (each) => stores.runs.insert(each),
            replace: (each) => stores.runs.replace(each),
            find: (id) => stores.runs.find(id),
            list: (projectId, filter) => stores.runs.list(projectId, filter),
            get: async (id) => {
              const read = await stores.runs.get(id);
              if (!isMoved) await db.runs.replace({ ...run, state });
              isMoved = true;
              return read;
            },
          },
        }),
      ),
  };
  return { ...person, db: moving };
}
