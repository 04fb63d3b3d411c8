import { describe, expect, test } from "vitest";
import { isAasError } from "../../domain/errors.ts";
import { makeId, toTaskKey } from "../../domain/ids.ts";
import type { Task, TaskState } from "../../domain/task.ts";
import type { Database } from "../../ports/database.ts";
import { sampleSha, sampleTask, sampleTime } from "../samples.ts";
import { insertFamily, type SampleFamily } from "./sample-family.ts";

const states: readonly TaskState[] = [
  { status: "queued" },
  { status: "active" },
  { status: "collected", submissionId: makeId("sub", "1"), sha: sampleSha(3) },
  { status: "done", commit: sampleSha(4) },
  { status: "needs_review", reason: "three attempts failed" },
  { status: "canceled" },
];

export function describeTaskStore(database: () => Database): void {
  describe("tasks", () => {
    test.each(states)("a task in state $status comes back as it was stored", async (state) => {
      const { tasks } = database();
      const family = await insertFamily(database());
      const task = keyed(family, "AAS-2", { state });

      await tasks.insert(task);

      expect(await tasks.get(task.id)).toEqual(task);
      expect(await tasks.findByKey(family.project.id, task.key)).toEqual(task);
    });

    test("a replaced task says everything the new version says, one version higher", async () => {
      const { tasks } = database();
      const { task } = await insertFamily(database());
      const changed: Task = {
        ...task,
        runId: null,
        title: "Store {due} dates, \"quoted\" and 'quoted'",
        description: "line\nline",
        priority: "low",
        type: "fix",
        dependsOn: [toTaskKey("AAS-7"), toTaskKey("AAS-8-1")],
        parent: toTaskKey("AAS-6"),
        assignee: "ada",
        files: ['src/a,"b".ts', "docs/"],
        acceptance: [["npm", "test"], ["true"]],
        builder: { kind: "blueprint", name: "rest", variables: { entity: "todo" } },
        state: { status: "needs_review", reason: "unclear" },
        hint: "Use the clock of the project.",
        round: 2,
        updatedAt: sampleTime(30),
      };

      expect(await tasks.replace(changed)).toBe(true);
      expect(await tasks.replace(changed)).toBe(false);

      expect(await tasks.find(task.id)).toEqual({ ...changed, version: 2 });
    });

    test("a task is active in the run that works on it, and in no other", async () => {
      const { tasks } = database();
      const { run, task } = await insertFamily(database());
      const other = await insertFamily(database());
      expect(await tasks.isActiveIn(task.id, run.id)).toBe(false);

      await tasks.replace({ ...task, state: { status: "active" } });

      expect(await tasks.isActiveIn(task.id, run.id)).toBe(true);
      expect(await tasks.isActiveIn(task.id, other.run.id)).toBe(false);
    });

    test("who ends a task waits for the transaction that asked whether it is active", async () => {
      const { run, task } = await insertFamily(database());
      await database().tasks.replace({ ...task, state: { status: "active" } });
      const order: string[] = [];

      let ended: Promise<unknown> = Promise.resolve();
      await database().transaction(async (stores) => {
        expect(await stores.tasks.isActiveIn(task.id, run.id)).toBe(true);
        ended = database()
          .tasks.replace({ ...task, version: 2, state: { status: "canceled" } })
          .then((isWritten) => order.push(`ended ${String(isWritten)}`));
        for (let look = 0; look < 20; look += 1) await stores.tasks.find(task.id);
        order.push("asked");
      });
      await ended;

      expect(order).toEqual(["asked", "ended true"]);
    });

    test("a key exists once in a project, and the refusal leaves the transaction usable", async () => {
      const family = await insertFamily(database());
      const twin = keyed(family, "AAS-1", {});

      await expect(database().tasks.insert(twin)).rejects.toSatisfy(isConflict);
      const other = keyed(family, "AAS-2", {});
      await database().transaction(async ({ tasks }) => {
        await expect(tasks.insert(twin)).rejects.toSatisfy(isConflict);
        await tasks.insert(other);
      });

      expect(await database().tasks.list(family.project.id)).toEqual([family.task, other]);
    });

    test("another project may use the same key", async () => {
      const [one, two] = [await insertFamily(database()), await insertFamily(database())];

      expect(await database().tasks.findByKey(two.project.id, one.task.key)).toEqual(two.task);
    });

    test("lists count as people do: 9, 10, 10-1, 10-2, 11", async () => {
      const { tasks } = database();
      const family = await insertFamily(database());
      const keys = ["AAS-11", "AAS-10-2", "AAS-9", "AAS-10", "AAS-10-1"];
      for (const key of keys) await tasks.insert(keyed(family, key, {}));
      await tasks.insert(keyed(family, "AAS-12", { runId: null }));

      const ofRun = ["AAS-1", "AAS-9", "AAS-10", "AAS-10-1", "AAS-10-2", "AAS-11"];
      expect(keysOf(await tasks.listOfRun(family.run.id))).toEqual(ofRun);
      expect(keysOf(await tasks.list(family.project.id))).toEqual([...ofRun, "AAS-12"]);
    });

    test("a task that does not exist is null to find and an error to get", async () => {
      const { tasks } = database();
      const { project } = await insertFamily(database());
      const id = makeId("tsk", "nobody");

      expect(await tasks.find(id)).toBeNull();
      expect(await tasks.findByKey(project.id, toTaskKey("AAS-99"))).toBeNull();
      await expect(tasks.get(id)).rejects.toSatisfy((error) => isAasError(error, "not_found"));
    });

    test("numbers follow the stored keys and the numbers seen on a board", async () => {
      const { tasks } = database();
      const family = await insertFamily(database());

      expect(await tasks.allocateNumbers(family.project.id, 2, 0)).toEqual([2, 3]);
      expect(await tasks.allocateNumbers(family.project.id, 1, 400)).toEqual([400]);
      expect(await tasks.allocateNumbers(family.project.id, 1, 5)).toEqual([401]);
      await tasks.insert(keyed(family, "AAS-500-3", {}));
      expect(await tasks.allocateNumbers(family.project.id, 1, 1)).toEqual([501]);
    });

    test("no number is given twice to callers at once", async () => {
      const { tasks } = database();
      const { project } = await insertFamily(database());

      const given = await Promise.all(
        Array.from({ length: 20 }, (_, index) => tasks.allocateNumbers(project.id, (index % 3) + 1, 10)),
      );

      const numbers = given.flat().toSorted((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 10));
    });
  });
}

function keyed(family: SampleFamily, key: string, overrides: Partial<Task>): Task {
  return sampleTask({
    id: makeId("tsk", `${family.unique}${key.toLowerCase()}`),
    key: toTaskKey(key),
    projectId: family.project.id,
    runId: family.run.id,
    ...overrides,
  });
}

function isConflict(error: unknown): boolean {
  return isAasError(error, "conflict");
}

function keysOf(tasks: readonly Task[]): readonly string[] {
  return tasks.map((task) => task.key);
}
