import { expect, test } from "vitest";
import type { RunId } from "../../src/domain/ids.ts";
import { pauseRun, prioritizeRun } from "../../src/pipeline/control/steer-run.ts";
import { contentOf, headOf } from "./support/looking.ts";
import { hold, meeting } from "./support/meeting.ts";
import { planOf, step } from "./support/plan-of.ts";
import { given, type Story, word } from "./support/word-book.ts";

/** Each goal is planned as the one word that it names. */
const asNamed = [
  ({ prompt }: { readonly prompt: string }) =>
    planOf(step(/Write (?<id>\w+)/u.exec(prompt)?.groups?.["id"] ?? "")),
];

test("two runs at once use one queue and both land, one on top of the other", async () => {
  const both = meeting(2);
  const together = (id: string) => async () => (await both.arrive(), word(id));
  const answers = { one: [together("one")], two: [together("two")] };
  await using story = await given({ plan: asNamed, answers });
  const before = story.repository.head();
  const first = await story.start("Write one");
  const second = await story.start("Write two");

  const runs = [await story.settle(first.id), await story.settle(second.id)];

  expect(runs.map(({ state }) => state)).toEqual([
    { status: "completed", outcome: "full" },
    { status: "completed", outcome: "full" },
  ]);
  const landings = await story.deps.git.commitsBetween(before, await headOf(story));
  expect(landings.map(({ title }) => title).toSorted()).toEqual(["feat: Write one", "feat: Write two"]);
  expect(await contentOf(story, await headOf(story), "words/one.txt")).toBe("one\n");
  expect(await contentOf(story, await headOf(story), "words/two.txt")).toBe("two\n");
});

test("of two runs that cannot both land, one lands and the other is told why it did not", async () => {
  const both = meeting(2);
  const together = (text: string) => async () => (await both.arrive(), word("same", text));
  const plan = [
    ({ prompt }: { readonly prompt: string }) =>
      planOf(step(/Go (?<side>\w+)/u.exec(prompt)?.groups?.["side"] ?? "", { files: ["words/same.txt"] })),
  ];
  await using story = await given({
    plan,
    answers: { left: [together("left")], right: [together("right")] },
  });
  const first = await story.start("Go left");
  const second = await story.start("Go right");

  const runs = [await story.settle(first.id), await story.settle(second.id)];

  expect(runs.map(({ state }) => state.status).toSorted()).toEqual(["completed", "failed"]);
  expect(runs.find(({ error }) => error !== null)?.error?.message).toBe(
    "The base branch moved and conflicts in words/same.txt.",
  );
});

test("runs start by priority and then by age, no more at once than are allowed, and a paused one holds no place", async () => {
  const atWork = hold();
  await using story = await given({
    plan: asNamed,
    answers: {
      first: [async (_request, signal) => (await atWork.pass(signal), word("first"))],
      ...Object.fromEntries(["low", "old", "new", "urgent"].map((id) => [id, [word(id)]])),
    },
    maxConcurrentRuns: 1,
  });
  const first = await story.start("Write first");
  const working = story.until(first.id, ({ run }) => run.state.status === "paused");
  await atWork.reached;
  const low = await story.start("Write low", { priority: "low" });
  const old = await story.start("Write old");
  const recent = await story.start("Write new");
  const urgent = await story.start("Write urgent", { priority: "low" });
  await prioritizeRun(story.person, urgent.id, "urgent");
  expect((await story.summary(urgent.id)).run.state).toEqual({ status: "queued" });

  await pauseRun(story.person, first.id);
  await working;
  for (const { id } of [low, old, recent, urgent]) await story.settle(id);
  atWork.release();

  expect(
    await startedOrder(
      story,
      [first, low, old, recent, urgent].map(({ id }) => id),
    ),
  ).toEqual([first, urgent, old, recent, low].map(({ id }) => id));
});

test("people get one message for what they have to approve, for what failed and for what is done, each once", async () => {
  await using story = await given({
    plan: asNamed,
    answers: { one: [word("one")], bad: [word("bad", "BROKEN")] },
    policy: { maxAttempts: 1 },
  });
  const asked = await story.start("Write one", {
    policy: story.policy({ requireApproval: true, maxAttempts: 1 }),
  });
  await story.settle(asked.id);
  await story.until(asked.id, () => story.messages.length > 0);
  const failed = await story.settle((await story.start("Write bad")).id);
  const done = await story.settle((await story.start("Write one")).id);
  await story.until(done.id, () => story.messages.some(({ runId }) => runId === done.id));

  const kinds = story.messages.map(({ runId, kind }) => `${nameOf({ asked, failed, done }, runId)} ${kind}`);
  expect(kinds.toSorted()).toEqual([
    "asked needs_approval",
    "done run_completed",
    "failed needs_you",
    "failed run_failed",
  ]);
  const approval = story.messages.find(({ kind }) => kind === "needs_approval");
  expect(approval?.text).toContain(`aas automate approve ${asked.id}`);
});

test("a run without messages wanted sends none when it ends", async () => {
  await using story = await given({
    plan: [step("one")],
    answers: { one: [word("one", "BROKEN"), word("one")] },
    policy: { maxAttempts: 1, notifyOnFailure: false, notifyOnCompletion: false },
  });

  const { id } = await story.settle((await story.start("Write a word")).id);
  await story.until(id, () => story.messages.length > 0);

  expect(story.messages.map(({ kind }) => kind)).toEqual(["needs_you"]);
});

function nameOf(runs: Readonly<Record<string, { readonly id: RunId }>>, id: RunId): string {
  return Object.entries(runs).find(([, run]) => run.id === id)?.[0] ?? id;
}

async function startedOrder(story: Story, ids: readonly RunId[]): Promise<readonly RunId[]> {
  const events = await story.deps.db.events.listAfter(story.projectId, 0, 1000);
  return events.flatMap(({ type, runId }) =>
    type === "run.started" && runId !== null && ids.includes(runId) ? [runId] : [],
  );
}
