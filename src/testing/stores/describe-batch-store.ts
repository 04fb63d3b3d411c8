import { describe, expect, test } from "vitest";
import { type Batch, type BatchState, isBatchSettled } from "../../domain/batch.ts";
import { makeId, toTaskKey } from "../../domain/ids.ts";
import type { RequestOutcome } from "../../domain/batching/request-outcome.ts";
import type { Run, RunState } from "../../domain/run.ts";
import type { Database } from "../../ports/database.ts";
import { sampleAnalysis, sampleBatch } from "../batch-samples.ts";
import { sampleTime } from "../samples.ts";
import { insertFamily } from "./sample-family.ts";

const since = sampleTime(4);

const states: readonly BatchState[] = [
  { status: "intended" },
  { status: "uploading" },
  { status: "submitting", uploadRef: "file-1", since },
  { status: "reconciling", uploadRef: null, since },
  { status: "submitted", providerRef: "batch-1", since },
  { status: "completed", providerRef: "batch-1" },
  { status: "failed", trouble: "busy", reason: "refused", since },
  { status: "expired", providerRef: "batch-1" },
  { status: "canceled" },
];

export function describeBatchStore(database: () => Database): void {
  describe("batches", () => {
    test.each(states)("a batch becomes $status for who read it last", async (state) => {
      const { batches } = database();
      const { unique, run } = await insertFamily(database());
      const batch = sampleBatch({ id: makeId("bat", unique), runId: run.id });
      await batches.insert(batch);
      const changed: Batch = { ...batch, state };

      expect(await batches.replace(changed)).toBe(true);
      expect(await batches.replace(batch)).toBe(false);

      expect(await batches.find(batch.id)).toEqual({ ...changed, version: 2 });
      expect(await batches.find(makeId("bat", "nobody"))).toBeNull();
    });

    test("the batches of a run are listed oldest first", async () => {
      const { batches } = database();
      const { unique, run } = await insertFamily(database());
      const first = sampleBatch({ id: makeId("bat", `${unique}b`), runId: run.id });
      const second = sampleBatch({
        id: makeId("bat", `${unique}a`),
        runId: run.id,
        createdAt: sampleTime(9),
      });
      await batches.insert(second);
      await batches.insert(first);

      expect(await batches.listOfRun(run.id)).toEqual([first, second]);
    });

    test("the batches of a project are listed newest first, and those of another project are not", async () => {
      const { batches } = database();
      const { unique, run } = await insertFamily(database());
      const other = await insertFamily(database());
      const numbered = (number: number): Batch =>
        sampleBatch({
          id: makeId("bat", `${unique}${number}`),
          runId: run.id,
          createdAt: sampleTime(number),
        });
      for (const number of [2, 3, 1]) await batches.insert(numbered(number));
      await batches.insert(sampleBatch({ id: makeId("bat", other.unique), runId: other.run.id }));

      expect(await batches.list(run.projectId, 2)).toEqual([numbered(3), numbered(2)]);
      expect(await batches.list(run.projectId, 9)).toEqual([3, 2, 1].map(numbered));
    });

    test("the head of a batch is read and changed without its requests, which stay as they are", async () => {
      const { batches } = database();
      const { unique, run } = await insertFamily(database());
      const batch = sampleBatch({ id: makeId("bat", unique), runId: run.id });
      const { items, ...head } = batch;
      await batches.insert(batch);

      expect(await batches.findHead(batch.id)).toEqual(head);
      expect(await batches.listHeadsOfRun(run.id)).toEqual([head]);
      expect(await batches.findHead(makeId("bat", "nobody"))).toBeNull();
      expect(await batches.replace({ ...head, state: { status: "uploading" } })).toBe(true);

      expect(await batches.find(batch.id)).toEqual({
        ...head,
        state: { status: "uploading" },
        version: 2,
        items,
      });
    });

    test("what a batch holds is read a part at a time, in its order", async () => {
      const { batches } = database();
      const { unique, run } = await insertFamily(database());
      const items = Array.from({ length: 12 }, (_, index) => ({
        customId: `req-${index}`,
        taskKey: toTaskKey(`AAS-${index + 1}`),
        roomFactor: index,
      }));
      const { id, ...rest } = sampleBatch({ id: makeId("bat", unique), runId: run.id });
      await batches.insert({ ...rest, id, items });

      expect(await batches.listItems(id, { skip: 0, limit: 5 })).toEqual(items.slice(0, 5));
      expect(await batches.listItems(id, { skip: 9, limit: 5 })).toEqual(items.slice(9));
      expect(await batches.listItems(id, { skip: 12, limit: 5 })).toEqual([]);
    });

    test("a request is held by a batch of its own run, at its end too", async () => {
      const { batches } = database();
      const [one, two] = [await insertFamily(database()), await insertFamily(database())];
      const item = { customId: "req-1", taskKey: toTaskKey("AAS-1"), roomFactor: 1 };
      const batch = sampleBatch({ id: makeId("bat", one.unique), runId: one.run.id, items: [item] });
      await batches.insert(batch);
      await batches.replace({ ...batch, state: { status: "canceled" } });

      expect(await batches.holdsAny(one.run.id, ["req-9", "req-1"])).toBe(true);
      expect(await batches.holdsAny(one.run.id, ["req-9"])).toBe(false);
      expect(await batches.holdsAny(one.run.id, [])).toBe(false);
      expect(await batches.holdsAny(two.run.id, ["req-1"])).toBe(false);
    });

    test("outcomes and answers are found by their requests, and those of another run are not", async () => {
      const { batches } = database();
      const { unique, run } = await insertFamily(database());
      const other = await insertFamily(database());
      const { id } = sampleBatch({ id: makeId("bat", unique), runId: run.id });
      const outcome = (runId: Run["id"], customId: string): RequestOutcome => ({
        runId,
        customId,
        taskKey: toTaskKey("AAS-1"),
        batchId: runId === run.id ? id : null,
        status: "ok",
        message: "",
        createdAt: since,
      });
      await batches.insert(sampleBatch({ id, runId: run.id }));
      for (const runId of [run.id, other.run.id]) {
        await batches.insertOutcomes(["req-1", "req-2"].map((customId) => outcome(runId, customId)));
        await batches.insertAnalyses(
          ["req-1", "req-2"].map((customId) => sampleAnalysis({ runId, customId })),
        );
      }

      expect(await batches.listOutcomesOf(run.id, ["req-2", "req-9"])).toEqual([outcome(run.id, "req-2")]);
      expect(await batches.listAnalysesOf(run.id, ["req-1", "req-9"])).toEqual([
        sampleAnalysis({ runId: run.id, customId: "req-1" }),
      ]);
    });

    test.each<RunState>([{ status: "canceled" }, { status: "failed", stage: "wait", code: "internal" }])(
      "the batches of runs that are $status and that are not settled are listed oldest first",
      async (end) => {
        const { batches, runs } = database();
        const { unique, run } = await insertFamily(database());
        const other = await insertFamily(database());
        const all = states.map((state, index) => {
          const id = makeId("bat", `${unique}${index}`);
          return sampleBatch({ id, runId: run.id, host: null, state, createdAt: sampleTime(index) });
        });
        for (const batch of all) await batches.insert(batch);
        await batches.insert(sampleBatch({ id: makeId("bat", other.unique), runId: other.run.id }));
        const listed = () => batches.listUnsettledOfEnded(run.projectId);

        expect(await listed()).toEqual([]);
        await runs.replace({ ...(await runs.get(run.id)), state: end });

        expect((await listed()).map(({ id, host }) => [id, host])).toEqual(
          all.flatMap(({ id, state }) => (isBatchSettled(state) ? [] : [[id, null]])),
        );
      },
    );

    test("settled batches of a project are those that came to their end, whichever it was", async () => {
      const { batches } = database();
      const { unique, run } = await insertFamily(database());
      const all = states.map((state, index) =>
        sampleBatch({
          id: makeId("bat", `${unique}${index}`),
          runId: run.id,
          state,
          createdAt: sampleTime(index),
        }),
      );
      for (const batch of all) await batches.insert(batch);

      expect(await batches.listSettled(run.projectId)).toEqual(
        all.filter(({ state }) => isBatchSettled(state)).map(({ id }) => id),
      );
    });
  });

  describe("analyses", () => {
    test("the first answer to a request stays", async () => {
      const { batches } = database();
      const { run } = await insertFamily(database());
      const first = sampleAnalysis({ runId: run.id });

      await batches.insertAnalyses([first]);
      await batches.insertAnalyses([{ ...first, raw: "something else", parsed: null }]);

      expect(await batches.listAnalyses(run.id)).toEqual([first]);
      expect(await batches.findAnalysis(run.id, first.taskKey)).toEqual(first);
      expect(await batches.findAnalysis(run.id, toTaskKey("AAS-99"))).toBeNull();
    });

    test("of two requests about one task the newer answer is found", async () => {
      const { batches } = database();
      const { run } = await insertFamily(database());
      const first = sampleAnalysis({ runId: run.id, parsed: null });
      const second = sampleAnalysis({ runId: run.id, customId: "req-2", createdAt: sampleTime(20) });

      await batches.insertAnalyses([second]);
      await batches.insertAnalyses([first]);

      expect(await batches.listAnalyses(run.id)).toEqual([first, second]);
      expect(await batches.findAnalysis(run.id, first.taskKey)).toEqual(second);
      expect(await batches.listAnalysesOfTask(run.id, first.taskKey)).toEqual([first, second]);
      expect(await batches.listAnalysesOfTask(run.id, toTaskKey("AAS-99"))).toEqual([]);
    });
  });
}
