import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { makeId } from "../../src/domain/ids.ts";
import { retryRun } from "../../src/pipeline/control/retry-run.ts";
import { cancelRun, pauseRun, resumeRun } from "../../src/pipeline/control/steer-run.ts";
import { sampleRun } from "../../src/testing/samples.ts";
import { approve, refuse } from "./support/person.ts";
import { eventsOf, headOf, statesOf } from "./support/looking.ts";
import { hold } from "./support/meeting.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given, type Story, word } from "./support/word-book.ts";

describe("a paused run", () => {
  test("finishes the attempt that is under way, starts nothing new, and goes on where it stood", async () => {
    const atWork = hold();
    await using story = await given({
      plan: [step("one"), step("two", { after: ["one"] })],
      answers: { one: [async (_request, signal) => (await atWork.pass(signal), word("one"))] },
    });
    const { id } = await story.start("Write two words");
    const working = story.until(id, ({ run }) => run.state.status === "paused");
    await atWork.reached;

    await pauseRun(story.person, id);
    await working;
    atWork.release();
    await story.until(id, ({ tasks }) => tasks.some(({ task }) => task.state.status === "collected"));
    expect(await statesOf(story, id)).toEqual({ "Write one": "In Progress", "Write two": "Queued" });
    expect(story.model.requests.length).toBe(2);
    await resumeRun(story.person, id);
    const run = await story.settle(id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(story.model.requests.length).toBe(3);
  });

  test("in planning goes on with the answer that was paid for", async () => {
    const atWork = hold();
    await using story = await given({
      plan: [async (_request, signal) => (await atWork.pass(signal), planOf(step("one")))],
      answers: { one: [word("one")] },
    });
    const { id } = await story.start("Write a word");
    const working = story.until(id, ({ run }) => run.state.status === "paused");
    await atWork.reached;

    await pauseRun(story.person, id);
    await working;
    atWork.release();
    await resumeRun(story.person, id);
    const run = await story.settle(id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(story.model.requests.map(({ purpose }) => purpose)).toEqual(["decompose", "build"]);
  });
});

test("a run that waits for an answer and is paused by a person does not land with the answer alone", async () => {
  await using story = await given({ plan: [step("one")], policy: { requireApproval: true } });
  const { id } = await story.start("Write a word");
  const before = await headOf(story);
  await story.settle(id);

  const paused = { status: "paused", stage: "deploy", reason: "person" };
  expect((await pauseRun(story.person, id)).state).toEqual(paused);
  await approve(story, id);
  expect((await story.settle(id)).state).toEqual(paused);
  expect(await headOf(story)).toBe(before);
  await resumeRun(story.person, id);

  expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "full" });
});

test("a run that waited for an answer when it was paused waits for it again when it goes on", async () => {
  await using story = await given({ plan: [step("one")], policy: { requireApproval: true } });
  const { id } = await story.start("Write a word");
  await story.settle(id);

  await pauseRun(story.person, id);
  await resumeRun(story.person, id);
  const waiting = await story.settle(id);

  expect(waiting.state).toEqual({ status: "paused", stage: "deploy", reason: "approval" });
  const asked = (await eventsOf(story, id)).filter((event) => event.startsWith("approval.requested"));
  expect(asked.length).toBe(1);
});

describe("a canceled run", () => {
  test("stops its builder, leaves no worktree, keeps its branches and never lands", async () => {
    const atWork = hold();
    await using story = await given({
      plan: [step("one"), step("two", { after: ["one"] }), step("three", { after: ["two"] })],
      answers: { two: [async (_request, signal) => (await atWork.pass(signal), word("two"))] },
    });
    const before = story.repository.head();
    const { id } = await story.start("Write three words");
    const working = story.until(id, ({ run }) => run.state.status === "canceled");
    await atWork.reached;

    await cancelRun(story.person, id);
    await working;
    await story.until(id, ({ tasks }) => tasks.every(({ task }) => task.state.status === "canceled"));
    atWork.release();
    await story.until(id, () => worktreesOf(story).length === 0);

    expect(await headOf(story)).toBe(before);
    const branches = await story.deps.git.listRefs(`refs/heads/aas/run/${id}/`);
    expect([...branches.values()]).not.toContain(before);
    const after = await eventsOf(story, id);
    expect(after.filter((event) => /landed|candidate|completed\(/u.test(event))).toEqual([]);
  });

  test("that waits for its approval leaves the queue, and a later run lands past it", async () => {
    await using story = await given({ plan: [step("one")], policy: { requireApproval: true } });
    const { id } = await story.start("Write a word");
    await story.settle(id);

    await cancelRun(story.person, id);
    await story.until(id, () => true);
    await expect(approve(story, id).then(() => story.settle(id))).resolves.toMatchObject({
      state: { status: "canceled" },
    });
    const next = await story.start("Write it again", { policy: story.policy({ requireApproval: false }) });
    const run = await story.settle(next.id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    const [entry] = await story.deps.db.queue.listIntegrationsOfRun(id);
    expect(entry?.outcome).toEqual({ kind: "rejected", reason: "canceled", details: [] });
  });
});

test("a run that is canceled behind many younger ones is cleaned up like any other", async () => {
  const atWork = hold();
  await using story = await given({
    plan: [step("one")],
    answers: { one: [async (_request, signal) => (await atWork.pass(signal), word("one"))] },
  });
  const { id } = await story.start("Write a word");
  const working = story.until(id, ({ run }) => run.state.status === "canceled");
  await atWork.reached;
  for (let younger = 0; younger < 25; younger += 1) {
    const createdAt = new Date(story.clock.now().getTime() + 60_000);
    const run = { id: makeId("run", `younger${younger}`), state: { status: "canceled" } } as const;
    await story.deps.db.runs.insert(sampleRun({ ...run, projectId: story.projectId, createdAt }));
  }

  await cancelRun(story.person, id);
  await working;
  const { tasks } = await story.until(id, ({ tasks: all }) =>
    all.every(({ task }) => task.state.status === "canceled"),
  );
  atWork.release();

  expect(tasks.map(({ task }) => task.state.status)).toEqual(["canceled"]);
  const attempts = await story.deps.db.attempts.listOfRun(id);
  expect(attempts.map(({ state }) => state.status)).toEqual(["canceled"]);
});

describe("a run that is retried", () => {
  test("with a hint tells it to the next attempts, and keeps what was collected", async () => {
    await using story = await given({
      plan: [step("one"), step("bad"), step("worse", { after: ["bad"] })],
      answers: { bad: [politeWhenTold] },
      policy: { maxAttempts: 1 },
    });
    const { id } = await story.start("Write three words");
    const failed = await story.settle(id);
    expect(failed.state).toEqual({ status: "failed", stage: "implement", code: "implementation_failed" });

    await retryRun(story.person, id, { hint: "no swearing", force: false });
    const run = await story.settle(id);

    expect(run.state).toEqual({ status: "completed", outcome: "full" });
    expect(run.error).toBeNull();
    const builds = story.model.requests.filter(({ purpose }) => purpose === "build");
    expect(builds.length).toBe(4);
  });

  test("unchanged is refused unless it is forced", async () => {
    await using story = await given({
      plan: [step("one")],
      answers: { one: [word("one", "BROKEN"), word("one")] },
      policy: { maxAttempts: 1 },
    });
    const { id } = await story.start("Write a word");
    await story.settle(id);

    await expect(retryRun(story.person, id, { hint: null, force: false })).rejects.toMatchObject({
      code: "usage",
      cure: `aas automate retry ${id} --hint "…", or --force`,
    });
    await retryRun(story.person, id, { hint: null, force: true });

    expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "full" });
  });

  test("after a no is made anew and asked about again", async () => {
    await using story = await given({ plan: [step("one")], policy: { requireApproval: true } });
    const { id } = await story.start("Write a word");
    await story.settle(id);
    await refuse(story, id, "not on a Friday");
    await story.settle(id);

    await retryRun(story.person, id, { hint: null, force: false });
    const waiting = await story.settle(id);
    expect(waiting.state).toEqual({ status: "paused", stage: "deploy", reason: "approval" });
    await approve(story, id);

    expect((await story.settle(id)).state).toEqual({ status: "completed", outcome: "full" });
  });
});

test("what has no meaning in a run's state is refused with the state and changes nothing", async () => {
  await using story = await given({ plan: [step("one")] });
  const { id } = await story.start("Write a word");
  await story.settle(id);
  const events = (await eventsOf(story, id)).length;

  await expect(pauseRun(story.person, id)).rejects.toMatchObject({ code: "conflict" });
  await expect(resumeRun(story.person, id)).rejects.toMatchObject({ code: "conflict" });
  await expect(cancelRun(story.person, id)).rejects.toMatchObject({ code: "conflict" });
  await expect(retryRun(story.person, id, { hint: "x", force: true })).rejects.toMatchObject({
    code: "conflict",
  });
  await expect(approve(story, id)).rejects.toMatchObject({ code: "conflict" });

  expect((await eventsOf(story, id)).length).toBe(events);
});

function politeWhenTold({ prompt }: { readonly prompt: string }): string {
  return word("bad", prompt.includes("## A person says\nno swearing") ? "good" : "BROKEN");
}

/** Folders of attempts; checkouts that judges borrow stay. */
function worktreesOf(story: Story): readonly string[] {
  const folder = dirname(story.deps.workspace.folderOfAttempt(makeId("att", "any")));
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("att_")) : [];
}
