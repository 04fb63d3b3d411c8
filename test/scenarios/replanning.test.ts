import { describe, expect, test } from "vitest";
import { makeId } from "../../src/domain/ids.ts";
import { retryRun } from "../../src/pipeline/control/retry-run.ts";
import { takeNewSource } from "../../src/pipeline/control/take-new-source.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given, word } from "./support/word-book.ts";

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
