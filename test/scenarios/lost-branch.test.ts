import { describe, expect, test } from "vitest";
import type { RunId } from "../../src/domain/ids.ts";
import type { Run } from "../../src/domain/run.ts";
import { retryRun } from "../../src/pipeline/control/retry-run.ts";
import { pauseRun, resumeRun } from "../../src/pipeline/control/steer-run.ts";
import { integrationRef } from "../../src/pipeline/names.ts";
import { eventsOf, headOf, statesOf } from "./support/looking.ts";
import { approve } from "./support/person.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story, word } from "./support/word-book.ts";

/** Two words, the second after the first; the run is paused while the first is written, and stands still when it is collected. */
async function pausedWithOneCollected(): Promise<Story & { readonly id: RunId }> {
  let id: RunId | null = null;
  const story: Story = await given({
    plan: [step("one"), step("two", { after: ["one"] })],
    answers: {
      one: [
        async () => {
          if (id !== null) await pauseRun(story.person, id);
          return word("one");
        },
        word("one"),
      ],
    },
  });
  const { id: started } = await story.start("Write two words");
  id = started;
  await story.until(started, ({ tasks }) => tasks.some(({ task }) => task.state.status === "collected"));
  return { ...story, id: started };
}

function buildsOf(story: Story): number {
  return story.model.requests.filter(({ purpose }) => purpose === "build").length;
}

/** What is left when the mirror is moved away and made anew: the base, and none of our branches. */
function takeOurBranches(story: Story): void {
  const refs = story.base.git("for-each-ref", "--format=%(refname)", "refs/heads/aas").trim().split("\n");
  for (const ref of refs) story.base.git("update-ref", "-d", ref);
}

/** And none of their commits. */
function takeOurCommits(story: Story): void {
  takeOurBranches(story);
  story.base.git("reflog", "expire", "--expire=now", "--all");
  story.base.git("gc", "--quiet", "--prune=now");
}

async function landedFiles(story: Story): Promise<readonly string[]> {
  return (await story.deps.git.listFiles(await headOf(story))).map(({ path }) => path);
}

/** How it ended, and whether what it says is done stands on the base. */
async function endOf(story: Story, run: Run) {
  const files = await landedFiles(story);
  const words = files.filter((path) => /(?:one|two)\.txt$/u.test(path));
  return { state: run.state, tasks: await statesOf(story, run.id), words };
}

const allLanded = {
  state: { status: "completed", outcome: "full" },
  tasks: { "Write one": "Done", "Write two": "Done" },
  words: ["words/one.txt", "words/two.txt"],
};

describe("a run whose branch is gone", () => {
  test("collects the work again that is still there, without paying for it, and tells it", async () => {
    await using story = await pausedWithOneCollected();
    takeOurBranches(story);

    await resumeRun(story.person, story.id);
    const run = await story.settle(story.id);

    expect(await endOf(story, run)).toEqual(allLanded);
    expect(buildsOf(story)).toBe(2);
    expect(await eventsOf(story, run.id)).toContain("task.uncollected AAS-1");
    expect(run.stageResults.find(({ stage }) => stage === "implement")?.warnings).toEqual([
      "AAS-1 was collected again: its work was gone from the run's branch",
    ]);
  });

  test("builds the work again whose commits are gone too", async () => {
    await using story = await pausedWithOneCollected();
    takeOurCommits(story);

    await resumeRun(story.person, story.id);
    const run = await story.settle(story.id);

    expect(await endOf(story, run)).toEqual(allLanded);
    expect(buildsOf(story)).toBe(3);
  });

  test("builds the work again that a branch does not have which was put back", async () => {
    await using story = await pausedWithOneCollected();
    story.base.git("update-ref", integrationRef(story.id), "refs/heads/main");

    await resumeRun(story.person, story.id);
    const run = await story.settle(story.id);

    expect(await endOf(story, run)).toEqual(allLanded);
  });

  test("mends it while it builds", async () => {
    let isTaken = false;
    await using story: Story = await given({
      plan: [step("one"), step("two", { after: ["one"] })],
      answers: {
        two: [
          () => {
            if (!isTaken) takeOurBranches(story);
            isTaken = true;
            return word("two");
          },
        ],
      },
    });

    const run = await story.settle((await story.start("Write two words")).id);

    expect(await endOf(story, run)).toEqual(allLanded);
  });

  test("and that waits for a yes to what it built, says so when it has it, and builds again when it is retried", async () => {
    await using story = await given({ plan: [step("one")], policy: { requireApproval: true } });
    const { id } = await story.start("Write a word");
    const before = await headOf(story);
    await story.settle(id);
    takeOurCommits(story);

    await approve(story, id);
    const failed = await story.settle(id);
    expect(failed.state).toEqual({ status: "failed", stage: "deploy", code: "work_lost" });
    expect(failed.error).toEqual({
      code: "work_lost",
      message: `The branch aas/run/${id}/integration does not have the work of AAS-1 any more. A retry builds it again, and keeps what is there.`,
      cure: `aas automate retry ${id} --hint "…"`,
    });
    expect(await headOf(story)).toBe(before);

    await retryRun(story.person, id, { hint: null, force: false });
    await story.settle(id);
    await approve(story, id);
    const run = await story.settle(id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(await landedFiles(story)).toContain("words/one.txt");
  });
});
