import { describe, expect, test } from "vitest";
import { isAasError } from "../../domain/errors.ts";
import { makeId, toTaskKey } from "../../domain/ids.ts";
import type { Run, RunState } from "../../domain/run.ts";
import type { Database } from "../../ports/database.ts";
import { sampleIntegration } from "../delivery-samples.ts";
import { sampleBatch } from "../batch-samples.ts";
import { samplePolicy, sampleRun, sampleSha, sampleStageResult, sampleTime } from "../samples.ts";
import { insertFamily } from "./sample-family.ts";

const states: readonly RunState[] = [
  { status: "queued" },
  { status: "running", stage: "implement" },
  { status: "paused", stage: "deploy", reason: "approval" },
  { status: "completed", outcome: "partial" },
  { status: "failed", stage: "validate", code: "validation_failed" },
  { status: "canceled" },
];

export function describeRunStore(database: () => Database): void {
  describe("runs", () => {
    test.each(states)("a run in state $status comes back as it was stored", async (state) => {
      const { runs } = database();
      const { unique, project } = await insertFamily(database());
      const run = sampleRun({ id: makeId("run", `${unique}b`), projectId: project.id, state });

      await runs.insert(run);

      expect(await runs.get(run.id)).toEqual(run);
    });

    test("a replaced run says everything the new version says, one version higher", async () => {
      const { runs } = database();
      const { run } = await insertFamily(database());
      const changed: Run = {
        ...run,
        goal: "Ziele löschen 😀 \0",
        priority: "urgent",
        assignee: "ada",
        state: { status: "failed", stage: "deploy", code: "rejected" },
        policy: samplePolicy({ mergeAuto: false, budgetWarnMicroUsd: null }),
        baseBranch: "release/2",
        baseSha: sampleSha(77),
        source: { kind: "tasks", keys: ["AAS-1", "AAS-2"] },
        stageResults: [sampleStageResult(), sampleStageResult({ stage: "batch", status: "failure" })],
        error: { code: "rejected", message: "No.", cure: null },
        epoch: 2,
        metadata: { ticket: "LIN-1" },
        startedAt: sampleTime(1),
        finishedAt: sampleTime(9),
      };

      expect(await runs.replace(changed)).toBe(true);

      expect(await runs.find(run.id)).toEqual({ ...changed, goal: "Ziele löschen 😀 \ufffd", version: 2 });
    });

    test("a lost race answers false and changes nothing", async () => {
      const { runs } = database();
      const { run } = await insertFamily(database());
      const winner: Run = { ...run, state: { status: "running", stage: "decompose" } };

      expect(await runs.replace(winner)).toBe(true);
      expect(await runs.replace({ ...run, state: { status: "canceled" } })).toBe(false);

      expect(await runs.get(run.id)).toEqual({ ...winner, version: 2 });
    });

    test("of ten who replace the same version at once, one succeeds", async () => {
      const { runs } = database();
      const { run } = await insertFamily(database());

      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => runs.replace({ ...run, assignee: `worker ${index}` })),
      );

      expect(answers.filter(Boolean)).toEqual([true]);
    });

    test("a run that does not exist is null to find, an error to get, and false to replace", async () => {
      const { runs } = database();
      const id = makeId("run", "nobody");

      expect(await runs.find(id)).toBeNull();
      expect(await runs.replace(sampleRun({ id }))).toBe(false);
      await expect(runs.get(id)).rejects.toSatisfy((error) => isAasError(error, "not_found"));
    });

    test("an id is inserted once", async () => {
      const { run } = await insertFamily(database());

      await expect(database().runs.insert(run)).rejects.toSatisfy((error) => isAasError(error, "conflict"));
    });

    test("a list is newest first, of one project, and may be narrowed", async () => {
      const { runs } = database();
      const { unique, project, run } = await insertFamily(database());
      await insertFamily(database());
      const later = (name: string, minute: number, state: RunState): Run =>
        sampleRun({
          id: makeId("run", unique + name),
          projectId: project.id,
          createdAt: sampleTime(minute),
          state,
        });
      const second = later("b", 1, { status: "canceled" });
      const third = later("c", 2, { status: "running", stage: "batch" });
      await runs.insert(third);
      await runs.insert(second);

      expect(await runs.list(project.id, {})).toEqual([third, second, run]);
      expect(await runs.list(project.id, { limit: 2 })).toEqual([third, second]);
      expect(await runs.list(project.id, { statuses: ["queued", "canceled"] })).toEqual([second, run]);
      expect(await runs.list(project.id, { statuses: [] })).toEqual([]);
    });

    test("a list may hold only runs with work that is not settled", async () => {
      const { runs, tasks, queue, batches } = database();
      const { unique, project, run, task } = await insertFamily(database());
      const another = async (name: string): Promise<Run> => {
        const each = sampleRun({ id: makeId("run", unique + name), projectId: project.id });
        await runs.insert(each);
        return each;
      };
      const [queued, batched, idle] = [await another("q"), await another("b"), await another("i")];
      const entry = sampleIntegration({ projectId: project.id });
      const outcome = { kind: "rejected", reason: "canceled", details: [] } as const;
      await queue.insertIntegration({ ...entry, id: makeId("int", `${unique}q`), runId: queued.id });
      await queue.insertIntegration({ ...entry, id: makeId("int", `${unique}i`), runId: idle.id, outcome });
      const batch = sampleBatch({ id: makeId("bat", `${unique}b`), runId: batched.id });
      await batches.insert(batch);
      await tasks.insert({
        ...task,
        id: makeId("tsk", `${unique}i`),
        key: toTaskKey("AAS-99"),
        runId: idle.id,
        state: { status: "canceled" },
      });
      const withWork = async (): Promise<readonly string[]> =>
        (await runs.list(project.id, { hasOpenWork: true })).map(({ id }) => id).toSorted();

      expect(await withWork()).toEqual([run.id, batched.id, queued.id].toSorted());
      await tasks.replace({ ...task, state: { status: "canceled" } });
      await batches.replace({ ...batch, state: { status: "canceled" } });

      expect(await withWork()).toEqual([queued.id]);
    });
  });
}
