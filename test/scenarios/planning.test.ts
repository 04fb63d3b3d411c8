import { describe, expect, test } from "vitest";
import { makeId, toTaskKey } from "../../src/domain/ids.ts";
import type { Task } from "../../src/domain/task.ts";
import { composePlanners } from "../../src/app/composing/compose-planners.ts";
import { retryRun } from "../../src/pipeline/control/retry-run.ts";
import { resumeRun } from "../../src/pipeline/control/steer-run.ts";
import { takeNewSource } from "../../src/pipeline/control/take-new-source.ts";
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

test("the third question shows less of the repository, and says so", async () => {
  const files = Object.fromEntries(
    [...Array(400).keys()].map((index) => [`docs/part${index % 20}/page${index}.md`, "."]),
  );
  await using story = await given({ files, policy: { checks: [] }, plan: ["No."] });

  const run = await story.settle((await story.start("Write a word")).id);

  expect(run.state).toMatchObject({ status: "paused", reason: "needs_plan" });
  const [first, second, third] = story.model.requests.map(({ prompt }) => prompt);
  expect(first).toContain("docs/part7/page387.md");
  expect(second).toContain("docs/part7/page387.md");
  expect(third).not.toContain("page387");
  expect(third).toContain("docs/part7/ (20 files)");
  expect(third).toContain("the names of 320 of 400 files");
});

test("another repository is asked about in another way, and the version of the prompt is written down", async () => {
  const plan = [planOf(step("one"))];
  const answers = { one: [word("one")] };
  const go = { "check.sh": "true\n", "words/start.txt": "", "src/main.go": "package main\n" };
  await using story = await given({ plan, answers });
  await using other = await given({ plan, answers, files: go });

  const run = await story.settle((await story.start("Write a word")).id);
  await other.settle((await other.start("Write a word")).id);

  const [here, there] = [story, other].map(({ model }) => model.requests[0]?.prompt);
  expect(here).not.toBe(there);
  expect(there).toContain("## Languages\nGo");
  const usages = await story.deps.db.usage.listOfRun(run.id);
  const { plan: asked, build } = story.deps.prompts;
  expect(usages.map(({ promptVersion }) => promptVersion)).toEqual([asked.version, build.version]);
});

test("a goal that a blueprint serves is not paid for, though a model is there", async () => {
  await using story = await given({
    plan: ["unused"],
    deps: async ({ prompts }) => ({
      planners: await composePlanners(prompts, () => Promise.reject(new Error("It was asked."))),
    }),
  });

  const { id } = await story.start("Create a hello world plugin");
  const { tasks: planned } = await story.until(id, ({ tasks: all }) => all.length > 0);

  expect(planned.map(({ task }) => task.builder.kind)).toEqual(["blueprint"]);
  expect(story.model.requests).toEqual([]);
});

describe("a plan that turned out wrong", () => {
  const bad = "BROKEN";

  test("is replaced: what is built stays, what is asked for again keeps its key, the rest is canceled with the reason", async () => {
    await using story = await given({
      plan: [step("one"), step("two"), step("three"), step("four")],
      answers: {
        two: [word("two", bad)],
        three: [word("three", bad), word("three", bad), word("three")],
        four: [word("four", bad)],
        five: [word("five")],
      },
      policy: { maxAttempts: 2 },
    });
    const failed = await story.settle((await story.start("Write words")).id);
    const second = planOf(step("three"), step("five", { after: ["three"] }));

    await retryRun(story.person, failed.id, {
      hint: null,
      force: false,
      source: { kind: "plan", json: second },
    });
    const run = await story.settle(failed.id);

    expect(failed.state).toMatchObject({ status: "failed", code: "implementation_failed" });
    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    const { tasks: after } = await story.summary(run.id);
    expect(after.map(({ task, boardStatus }) => [task.key, task.title, boardStatus, task.dependsOn])).toEqual(
      [
        ["AAS-1", "Write one", "Done", []],
        ["AAS-2", "Write two", "Canceled", []],
        ["AAS-3", "Write three", "Done", []],
        ["AAS-4", "Write four", "Canceled", []],
        ["AAS-5", "Write five", "Done", ["AAS-3"]],
      ],
    );
    const events = await story.deps.db.events.listOfRun(run.id);
    const canceled = events.filter(({ type }) => type === "task.canceled");
    expect(canceled.map(({ subject, reason }) => [subject, reason])).toEqual([
      ["AAS-2", "not in the new plan"],
      ["AAS-4", "not in the new plan"],
    ]);
    const accepted = events.findLast(({ type }) => type === "plan.accepted");
    expect(accepted?.details["repairs"]).toContain(
      "AAS-1 is built already and stays, though the new plan does not name it.",
    );
    expect((await story.deps.db.attempts.listOfTask(after[0]?.task.id ?? makeId("tsk", ""))).length).toBe(1);
  });

  test("given twice changes nothing more; one that cannot be used changes nothing at all", async () => {
    await using story = await given({
      plan: [step("one"), step("two")],
      answers: { one: [word("one", bad)], two: [word("two", bad)] },
      policy: { maxAttempts: 1 },
    });
    const failed = await story.settle((await story.start("Write words")).id);
    const before = await story.summary(failed.id);
    const circle = planOf(step("one", { after: ["two"] }), step("two", { after: ["one"] }));

    await expect(
      retryRun(story.person, failed.id, { hint: null, force: false, source: { kind: "plan", json: circle } }),
    ).rejects.toMatchObject({ code: "plan_invalid" });
    await story.deps.db.transaction((stores) =>
      takeNewSource(story.person, stores, failed, {
        kind: "plan",
        json: planOf(step("two"), step("one")),
      }),
    );

    expect(await story.summary(failed.id)).toEqual(before);
  });

  test("cannot be replaced once its tasks are built", async () => {
    await using story = await given({
      plan: [step("one")],
      policy: { requireApproval: true },
    });
    const run = await story.settle((await story.start("Write a word")).id);
    const failed = {
      ...run,
      state: { status: "failed", stage: "validate", code: "validation_failed" },
    } as const;

    await expect(
      takeNewSource(story.person, story.deps.db, failed, { kind: "plan", json: planOf(step("two")) }),
    ).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("Its tasks are built.") as string,
    });
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
