import { describe, expect, test } from "vitest";
import { pauseRun, resumeRun } from "../../src/pipeline/control/steer-run.ts";
import { listNeedsYou } from "../../src/pipeline/queries/needs-you.ts";
import { statesOf } from "./support/looking.ts";
import { hold } from "./support/meeting.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given, type Story, word } from "./support/word-book.ts";

test("a run that is resumed without a plan asks for one anew, and not for the answers that it has", async () => {
  await using story = await given({
    plan: ["No.", "Still no.", "No!", planOf(step("one"))],
    answers: { one: [word("one")] },
  });
  const { id } = await story.start("Write a word");
  expect((await story.settle(id)).state).toMatchObject({ status: "paused", reason: "needs_plan" });
  const [need] = await listNeedsYou(story.deps, story.projectId);
  expect(need?.command).toBe(`aas automate resume ${id}`);

  await resumeRun(story.person, id);
  const run = await story.settle(id);

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(story.model.requests.filter(({ purpose }) => purpose === "decompose").length).toBe(4);
});

describe("a plan by hand that is given while a planner thinks", () => {
  const late = planOf(step("late"));
  const source = { kind: "plan", json: planOf(step("one")) } as const;

  async function pausedWhileAPlannerThinks() {
    const asked = hold();
    const story = await given({
      plan: [async (_request, signal) => (await asked.pass(signal), late)],
      answers: { one: [word("one")], late: [word("late")] },
    });
    const { id } = await story.start("Write a word");
    const working = story.until(id, ({ run }) => run.state.status === "paused");
    await asked.reached;
    await pauseRun(story.person, id);
    await working;
    return { asked, story, id };
  }

  test("is built, and not the answer that came meanwhile", async () => {
    const { asked, story, id } = await pausedWhileAPlannerThinks();
    await using _ = story;

    asked.release();
    await story.until(id, ({ tasks: all }) => all.length > 0);
    await resumeRun(story.person, id, { source });
    const run = await story.settle(id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(await statesOf(story, id)).toEqual({ "Write late": "Canceled", "Write one": "Done" });
    expect(buildsOf(story)).toBe(1);
  });

  test("is built too when the answer comes after it", async () => {
    const { asked, story, id } = await pausedWhileAPlannerThinks();
    await using _ = story;

    await resumeRun(story.person, id, { source });
    asked.release();
    const run = await story.settle(id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(await statesOf(story, id)).toEqual({ "Write one": "Done" });
    expect(buildsOf(story)).toBe(1);
  });
});

function buildsOf({ model }: Story): number {
  return model.requests.filter(({ purpose }) => purpose === "build").length;
}
