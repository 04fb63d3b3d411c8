import { describe, expect, test } from "vitest";
import { toTaskKey } from "../../src/domain/ids.ts";
import { eventsOf, statesOf } from "./support/looking.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given, word } from "./support/word-book.ts";
import { boardTask, putOnBoard, tasks } from "./support/board-tasks.ts";

describe("tasks of the board", () => {
  test("become the run's own and are built in their order, without a plan", async () => {
    await using story = await given({
      plan: ["unused"],
      answers: { one: [word("one")], two: [word("two")] },
    });
    await putOnBoard(story, boardTask(7, "one"), boardTask(8, "two", { dependsOn: [toTaskKey("AAS-7")] }));

    const { id } = await story.start("Finish both", tasks("AAS-8", "AAS-7"));
    const run = await story.settle(id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(await statesOf(story, id)).toEqual({ "Write one": "Done", "Write two": "Done" });
    expect(story.model.requests.map(({ purpose }) => purpose)).toEqual(["build", "build"]);
    const collected = (await eventsOf(story, id)).filter((event) => event.startsWith("task.collected"));
    expect(collected).toEqual(["task.collected AAS-7", "task.collected AAS-8"]);
  });

  test.each([
    ["are done already", ["AAS-3"], "AAS-3 is done: nothing is left to do."],
    [
      "wait for others that are not named",
      ["AAS-8"],
      "AAS-8 waits for AAS-7, which is not done: name it too.",
    ],
  ])("that %s pause the run with the reason", async (_name, keys, reason) => {
    await using story = await given({ plan: ["unused"] });
    await putOnBoard(
      story,
      boardTask(3, "done", { state: { status: "done", commit: story.repository.head() } }),
      boardTask(7, "one"),
      boardTask(8, "two", { dependsOn: [toTaskKey("AAS-7")] }),
    );

    const run = await story.settle((await story.start("Finish them", tasks(...keys))).id);

    expect(run.state).toEqual({ status: "paused", stage: "decompose", reason: "needs_plan" });
    const events = await story.deps.db.events.listOfRun(run.id);
    expect(events.findLast(({ type }) => type === "run.paused")?.reason).toBe(reason);
  });

  test("that do not exist, and plans that nobody could follow, are refused before a run is recorded", async () => {
    await using story = await given({ plan: ["unused"] });
    const circle = planOf(step("one", { after: ["two"] }), step("two", { after: ["one"] }));

    await expect(story.start("Finish it", tasks("AAS-9"))).rejects.toMatchObject({ code: "not_found" });
    for (const json of [circle, planOf(), planOf(step("one", { files: ["../one.txt"] })), "no"]) {
      await expect(story.start("Do it", { source: { kind: "plan", json } })).rejects.toMatchObject({
        code: "plan_invalid",
      });
    }

    expect(await story.deps.db.runs.list(story.projectId, { limit: 10 })).toEqual([]);
  });

  test("are not taken from a run that works on them", async () => {
    await using story = await given({
      plan: ["unused"],
      answers: { one: [word("one")] },
      maxConcurrentRuns: 1,
    });
    await putOnBoard(story, boardTask(7, "one"));
    const owner = await story.start("Finish it", {
      ...tasks("AAS-7"),
      policy: story.policy({ requireApproval: true }),
    });
    await story.settle(owner.id);

    const thief = await story.settle((await story.start("Finish it too", tasks("AAS-7"))).id);

    expect(thief.state).toEqual({ status: "paused", stage: "decompose", reason: "needs_plan" });
    const events = await story.deps.db.events.listOfRun(thief.id);
    expect(events.at(-1)?.reason).toBe(`AAS-7 is worked on by ${owner.id} already.`);
    expect((await story.summary(owner.id)).tasks.map(({ task }) => task.key)).toEqual(["AAS-7"]);
  });
});
