import { describe, expect, test } from "vitest";
import { headOf } from "./support/looking.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given, word } from "./support/word-book.ts";
import { boardTask, putOnBoard, tasks } from "./support/board-tasks.ts";

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
