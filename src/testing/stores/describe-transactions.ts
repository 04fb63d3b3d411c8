import { describe, expect, test } from "vitest";
import { applyRunEvent } from "../../domain/run.ts";
import { type Database, rollBack, type Stores } from "../../ports/database.ts";
import { sampleEvent } from "../samples.ts";
import { insertFamily, type SampleFamily } from "./sample-family.ts";

export function describeTransactions(database: () => Database): void {
  describe("transactions", () => {
    test("everything in it is there after it, and its result is answered", async () => {
      const family = await insertFamily(database());

      expect(await database().transaction((stores) => start(stores, family))).toBe("started");

      expect(await database().runs.get(family.run.id)).toMatchObject({
        version: 2,
        state: { status: "running" },
      });
      expect(await database().events.listOfRun(family.run.id)).toHaveLength(1);
    });

    test("what it wrote is seen inside before anybody else sees it", async () => {
      const family = await insertFamily(database());

      const inside = await database().transaction(async ({ runs }) => {
        await runs.replace({ ...family.run, assignee: "ada" });
        return runs.get(family.run.id);
      });

      expect(inside).toEqual({ ...family.run, assignee: "ada", version: 2 });
    });

    test("roll back leaves nothing and is answered as null", async () => {
      const family = await insertFamily(database());

      const answer = await database().transaction(async (stores) => {
        await start(stores, family);
        await stores.projects.writeNote(family.project.id, "note", 1);
        return rollBack;
      });

      expect(answer).toBeNull();
      await expectUntouched(database(), family);
      expect(await database().projects.readNote(family.project.id, "note")).toBeNull();
    });

    test("an error inside leaves nothing and is passed on as it is", async () => {
      const family = await insertFamily(database());
      const failure = new Error("the model is gone");

      const answer = database().transaction(async (stores) => {
        await start(stores, family);
        throw failure;
      });

      await expect(answer).rejects.toBe(failure);
      await expectUntouched(database(), family);
    });

    test("a lost race answers false and appends no event", async () => {
      const family = await insertFamily(database());

      const answers = await Promise.all(
        Array.from({ length: 6 }, () => database().transaction((stores) => start(stores, family))),
      );

      expect(answers.filter((answer) => answer === "started")).toHaveLength(1);
      expect(await database().events.listOfRun(family.run.id)).toHaveLength(1);
    });

    test("statements that nobody waited for belong to the transaction all the same", async () => {
      const family = await insertFamily(database());

      await database().transaction(async ({ projects }) => {
        const writes = ["a", "b", "c"].map((name) => projects.writeNote(family.project.id, name, name));
        await Promise.all(writes);
      });

      const { projects } = database();
      const notes = await Promise.all(
        ["a", "b", "c"].map((name) => projects.readNote(family.project.id, name)),
      );
      expect(notes).toEqual(["a", "b", "c"]);
    });

    test("its stores refuse to work after it", async () => {
      const family = await insertFamily(database());

      const kept = await database().transaction(async (stores) => ({ stores }));

      await expect(kept?.stores.runs.find(family.run.id)).rejects.toThrow("transaction had ended");
    });

    test("a failure that was swallowed inside does not pass for a success", async () => {
      const family = await insertFamily(database());

      const answer = database().transaction(async ({ runs, projects }) => {
        await projects.writeNote(family.project.id, "note", 1);
        const badRun = { ...family.run, epoch: Number.NaN };
        await runs.replace(badRun).catch(() => false);
        return "done";
      });

      await expect(answer).rejects.toThrow("nothing was written");
      expect(await database().projects.readNote(family.project.id, "note")).toBeNull();
    });
  });
}

/** What every use case does: load, decide, write with a condition, append the event. */
async function start({ runs, events }: Stores, family: SampleFamily): Promise<"started" | typeof rollBack> {
  const state = applyRunEvent(family.run.state, { type: "started" });
  if (!(await runs.replace({ ...family.run, state }))) return rollBack;
  await events.append([sampleEvent({ projectId: family.project.id, runId: family.run.id })]);
  return "started";
}

async function expectUntouched(database: Database, family: SampleFamily): Promise<void> {
  expect(await database.runs.get(family.run.id)).toEqual(family.run);
  expect(await database.events.listOfRun(family.run.id)).toEqual([]);
}
