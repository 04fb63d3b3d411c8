import { describe, expect, test } from "vitest";
import { makeId, toTaskKey } from "../../src/domain/ids.ts";
import type { Task } from "../../src/domain/task.ts";
import { resumeRun } from "../../src/pipeline/control/steer-run.ts";
import { sampleTask } from "../../src/testing/samples.ts";
import { eventsOf, headOf, statesOf } from "./support/looking.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given, type Story, word } from "./support/word-book.ts";

describe("a plan that cannot be used", () => {
  test("is asked for again with the complaint, and the third may be good", async () => {
    const circle = planOf(step("one", { after: ["two"] }), step("two", { after: ["one"] }));
    await using story = await given({
      plan: ["I would rather not.", circle, planOf(step("one"))],
      answers: { one: [word("one")] },
    });

    const run = await story.settle((await story.start("Write a word")).id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    const [, second, third] = story.model.requests;
    expect(second?.prompt).toContain(
      "## Your last answer could not be used\nThe answer holds no JSON object.",
    );
    expect(third?.prompt).toContain('These tasks wait for each other: "one", "two".');
  });

  test("three times over pauses the run, and never becomes one task by itself; a plan by hand lets it go on", async () => {
    await using story = await given({ plan: ["No."], answers: { one: [word("one")] } });

    const paused = await story.settle((await story.start("Write a word")).id);
    expect(paused.state).toEqual({ status: "paused", stage: "decompose", reason: "needs_plan" });
    expect((await story.summary(paused.id)).tasks).toEqual([]);
    expect(story.model.requests.length).toBe(3);
    await resumeRun(story.person, paused.id, { source: { kind: "plan", json: planOf(step("one")) } });
    const run = await story.settle(paused.id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(story.model.requests.filter(({ purpose }) => purpose === "decompose").length).toBe(3);
  });
});

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

describe("in a repository without a check that must pass", () => {
  const unchecked = { policy: { checks: [] } };
  const proof = [["sh", "check.sh"]];

  test("the acceptance commands of the plan decide", async () => {
    await using story = await given({
      ...unchecked,
      plan: [step("one", { acceptance: proof })],
      answers: { one: [word("one", "BROKEN"), word("one")] },
    });

    const run = await story.settle((await story.start("Write a word")).id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(story.model.requests.at(-1)?.prompt).toContain("broken: words/one.txt");
  });

  test("a planner is asked for acceptance commands that it left out", async () => {
    const plans = [planOf(step("one")), planOf(step("one", { acceptance: proof }))];
    await using story = await given({ ...unchecked, plan: plans, answers: { one: [word("one")] } });

    const run = await story.settle((await story.start("Write a word")).id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(story.model.requests[1]?.prompt).toContain(
      'The repository has no check that must pass, and "one" has no acceptance command.',
    );
  });

  test("a plan that stays without them fails the run before a builder is paid", async () => {
    await using story = await given({ ...unchecked, plan: [step("one")] });
    const before = story.repository.head();

    const run = await story.settle((await story.start("Write a word")).id);

    expect(run.state).toEqual({ status: "failed", stage: "decompose", code: "no_checks" });
    expect(run.error?.cure).toBe("Set checks in aas.config.jsonc, or give each task an acceptance command.");
    expect(story.model.requests.map(({ purpose }) => purpose)).toEqual([
      "decompose",
      "decompose",
      "decompose",
    ]);
    expect(await headOf(story)).toBe(before);
  });

  test("a plan by hand and tasks of the board without them are refused before anything is recorded", async () => {
    await using story = await given({ ...unchecked, plan: ["unused"] });
    await putOnBoard(story, boardTask(7, "one"));

    const byPlan = story.start("Write a word", { source: { kind: "plan", json: planOf(step("one")) } });
    const byTasks = story.start("Finish it", tasks("AAS-7"));

    await expect(byPlan).rejects.toMatchObject({ code: "no_checks" });
    await expect(byTasks).rejects.toMatchObject({ code: "no_checks" });
    expect(await story.deps.db.runs.list(story.projectId, { limit: 10 })).toEqual([]);
  });
});

function tasks(...keys: readonly string[]) {
  return { source: { kind: "tasks", keys } } as const;
}

function boardTask(number: number, id: string, overrides: Partial<Task> = {}): Task {
  return sampleTask({
    id: makeId("tsk", `board${number}`),
    key: toTaskKey(`AAS-${number}`),
    projectId: makeId("prj", "scenario"),
    runId: null,
    title: `Write ${id}`,
    files: [`words/${id}.txt`],
    acceptance: [],
    ...overrides,
  });
}

async function putOnBoard(story: Story, ...all: readonly Task[]): Promise<void> {
  for (const task of all) await story.deps.db.tasks.insert(task);
}
