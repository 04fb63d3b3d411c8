import { expect, test } from "vitest";
import { AasError } from "../../src/domain/errors.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { requestRollback } from "../../src/pipeline/control/request-rollback.ts";
import { pauseRun, resumeRun } from "../../src/pipeline/control/steer-run.ts";
import { replaced } from "../support/replaced.ts";
import { contentOf, headOf, statesOf } from "./support/looking.ts";
import { rollBack } from "./support/person.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given, type Story, type StoryOptions, word } from "./support/word-book.ts";

test("a landed run is undone by a commit on top, and everything that followed from it says so", async () => {
  await using story = await given({ plan: [step("one")] });
  const before = story.repository.head();
  const { id } = await story.settle((await story.start("Write a word")).id);
  const landed = await headOf(story);

  const { state } = await rollBack(story, id);

  const head = await headOf(story);
  expect(state).toEqual({ status: "completed", revertSha: head });
  expect(await story.deps.git.parentsOf(head)).toEqual([landed]);
  expect(await story.deps.git.treeOf(head)).toBe(await story.deps.git.treeOf(before));
  const summary = await story.summary(id);
  expect(summary.isRolledBack).toBe(true);
  expect(summary.run.state).toEqual({ status: "completed", outcome: "full" });
  expect(await statesOf(story, id)).toEqual({ "Write one": "Needs Review" });
  expect(await story.deps.git.messageOf(head)).toContain(`This reverts commit ${landed}.\nit was a mistake`);
});

test("a rollback takes back its own run and keeps what landed since", async () => {
  const plans = [planOf(step("one")), planOf(step("two"))];
  await using story = await given({ plan: plans, answers: { one: [word("one")], two: [word("two")] } });
  const first = await story.settle((await story.start("Write a word")).id);
  await story.settle((await story.start("Write another")).id);

  const { state } = await rollBack(story, first.id);

  expect(state.status).toBe("completed");
  expect(await contentOf(story, await headOf(story), "words/one.txt")).toBeNull();
  expect(await contentOf(story, await headOf(story), "words/two.txt")).toBe("two\n");
});

test("a rollback that conflicts with what landed since fails with the file named, and changes nothing", async () => {
  const plans = [planOf(step("one")), planOf(step("two", { files: ["words/one.txt"] }))];
  const answers = { one: [word("one")], two: [word("one", "one more")] };
  await using story = await given({ plan: plans, answers });
  const first = await story.settle((await story.start("Write a word")).id);
  await story.settle((await story.start("Write over it")).id);
  const before = await headOf(story);

  const { state } = await rollBack(story, first.id);

  expect(state).toEqual({ status: "failed", reason: "conflict: words/one.txt" });
  expect(await headOf(story)).toBe(before);
  expect((await story.summary(first.id)).isRolledBack).toBe(false);
});

test("what did not land cannot be rolled back, and what is rolled back is not rolled back twice", async () => {
  await using story = await given({ plan: [step("one")], policy: { requireApproval: true } });
  const waiting = await story.settle((await story.start("Write a word")).id);
  await expect(requestRollback(story.person, waiting.id, "no")).rejects.toMatchObject({ code: "conflict" });
  const landed = await story.start("Write it", { policy: story.policy({ requireApproval: false }) });
  await story.settle(landed.id);

  const once = await rollBack(story, landed.id);
  const head = await headOf(story);
  const twice = await rollBack(story, landed.id);

  expect(twice.id).toBe(once.id);
  expect(await headOf(story)).toBe(head);
});

/** One landed run, and whatever the base or the database then answers. */
async function withLanded(deps: StoryOptions["deps"], policy: StoryOptions["policy"] = {}): Promise<Story> {
  const story = await given({ plan: [step("one")], ...(deps === undefined ? {} : { deps }), policy });
  await story.settle((await story.start("Write a word")).id);
  return story;
}

async function runIn(story: Story): Promise<RunId> {
  const [run] = await story.deps.db.runs.list(story.projectId, {});
  if (run === undefined) throw new TypeError("It has a run");
  return run.id;
}

test("a base that cannot be reached for a moment delays a rollback, and no more", async () => {
  let refusals = 0;
  const away = new AasError("git_failed", "The remote is away.", { retryable: true });
  await using story = await withLanded(({ forge }) => ({
    forge: replaced(forge, {
      fetchBase: async (branch) => {
        if (refusals === 0) return forge.fetchBase(branch);
        refusals -= 1;
        throw away;
      },
    }),
  }));

  refusals = 3;
  const { state } = await rollBack(story, await runIn(story));

  expect(state).toEqual({ status: "completed", revertSha: await headOf(story) });
  expect(refusals).toBe(0);
});

test("a rollback that meets what only a person can mend fails with the cure, and works when it is asked for again", async () => {
  await using story = await withLanded(undefined);
  const id = await runIn(story);
  story.repository.commit("apart", { "words/theirs.txt": "theirs\n" });

  const first = await rollBack(story, id);
  expect(first.state).toEqual({
    status: "failed",
    reason: "main in your repository and aas/main have parted. git fetch aas && git merge aas/main",
  });
  const reverts = (await story.deps.db.queue.listIntegrationsOfRun(id)).filter(
    ({ kind }) => kind === "revert",
  );
  expect(reverts.map(({ outcome }) => outcome)).toEqual([
    { kind: "rejected", reason: "canceled", details: [] },
  ]);
  story.repository.git("pull", "--quiet", "--no-rebase", "--no-edit", story.base.folder, "main");
  const again = await rollBack(story, id);

  expect(again.id).not.toBe(first.id);
  expect(again.state).toEqual({ status: "completed", revertSha: await headOf(story) });
  expect(await contentOf(story, await headOf(story), "words/theirs.txt")).toBe("theirs\n");
});

test("a rollback whose workflow died of a surprise is failed, not silent, and can be asked for again", async () => {
  let isBroken = false;
  await using story = await withLanded(({ db }) => {
    const findRollback: typeof db.queue.findRollback = async (id) => {
      if (isBroken) throw new TypeError("a fault of ours");
      return db.queue.findRollback(id);
    };
    return { db: replaced(db, { queue: replaced(db.queue, { findRollback }) }) };
  });
  const id = await runIn(story);
  isBroken = true;
  const { id: rollbackId } = await requestRollback(story.person, id, "it was a mistake");
  await story.until(id, async () => {
    const workflow = await story.deps.durable.find(`rollback:${rollbackId}`);
    return workflow?.kind === "failed";
  });
  isBroken = false;
  await story.until(id, async () => {
    const found = await story.deps.db.queue.findRollback(rollbackId);
    return found?.state.status === "failed";
  });

  expect((await rollBack(story, id)).state.status).toBe("completed");
});

test("a checkout that cannot follow is told with a landing and stops neither it nor its rollback", async () => {
  const follow = async (): Promise<never> => {
    throw new AasError("git_failed", "Unable to create index.lock");
  };
  await using story = await withLanded({ checkout: { kind: "ours", follow } }, { updateCheckout: true });
  const { run } = await story.summary(await runIn(story));

  expect(run.state).toEqual({ status: "completed", outcome: "full" });
  expect(run.stageResults.find(({ stage }) => stage === "deploy")?.warnings).toEqual([
    "Your checkout was left alone (Unable to create index.lock). To bring it up: git fetch aas && git merge --ff-only aas/main",
  ]);
  expect((await rollBack(story, run.id)).state.status).toBe("completed");
});

test("after a landing on a remote the checkout is left alone, and the person is told how it gets what landed", async () => {
  await using story = await withLanded({ checkout: { kind: "remote", remote: "origin" } });
  const { run } = await story.summary(await runIn(story));

  expect(run.stageResults.find(({ stage }) => stage === "deploy")?.warnings).toEqual([
    "Your checkout was left alone (main lives on the remote origin, to which it was pushed). To bring it up: git pull --ff-only origin main",
  ]);
});

test("a run that was paused just as it landed is rolled back, and not called done when it goes on", async () => {
  let isFirst = true;
  await using story: Story = await given({
    plan: [step("one")],
    deps: ({ forge }) => ({
      forge: replaced(forge, {
        moveBase: async (request) => {
          const outcome = await forge.moveBase(request);
          if (isFirst) await pauseRun(story.person, await runIn(story));
          isFirst = false;
          return outcome;
        },
      }),
    }),
  });
  const paused = await story.settle((await story.start("Write a word")).id);
  expect(paused.state).toEqual({ status: "paused", stage: "deploy", reason: "person" });
  await story.until(paused.id, async () => (await story.summary(paused.id)).landedSha !== null);

  expect((await rollBack(story, paused.id)).state.status).toBe("completed");
  await resumeRun(story.person, paused.id);
  await story.settle(paused.id);

  expect(await statesOf(story, paused.id)).toEqual({ "Write one": "Needs Review" });
});
