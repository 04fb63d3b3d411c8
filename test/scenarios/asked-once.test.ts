import { expect, test } from "vitest";
import { makeId } from "../../src/domain/ids.ts";
import { askApproval } from "../../src/pipeline/approving/approvals.ts";
import { findQuestion } from "../../src/pipeline/control/decide-approval.ts";
import { requestRollback } from "../../src/pipeline/control/request-rollback.ts";
import { enqueue } from "../../src/pipeline/queue/enqueue.ts";
import { sampleApproval } from "../../src/testing/delivery-samples.ts";
import { sampleSha } from "../../src/testing/samples.ts";
import { eventsOf } from "./support/looking.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story } from "./support/word-book.ts";

const often = 6;

async function landed() {
  const story: Story = await given({ plan: [step("one")] });
  return { ...story, run: await story.settle((await story.start("Write a word")).id) };
}

function atOnce<Result>(call: () => Promise<Result>): Promise<readonly Result[]> {
  return Promise.all(Array.from({ length: often }, call));
}

test("a question that several ask at once is there once, and is found by its commit", async () => {
  await using story = await landed();
  const { run } = story;
  const question = { subject: "merge int_x", question: "Merge?", sha: run.baseSha };

  await atOnce(() => askApproval(story.deps, run, question));

  const approvals = await story.deps.db.queue.listApprovals(run.id);
  expect(approvals.filter(({ state }) => state.status === "pending")).toHaveLength(1);
  const found = await findQuestion(story.deps, run.id, run.baseSha.slice(0, 8));
  expect(found).toEqual(approvals.at(-1));
  const asked = (await eventsOf(story, run.id)).filter((event) => event.startsWith("approval.requested"));
  expect(asked).toHaveLength(1);
});

test("a change that several queue at once is one entry, and all are answered with it", async () => {
  await using story = await landed();
  const request = { kind: "run", source: story.run.baseSha, needsApproval: true } as const;

  const answered = await atOnce(() => enqueue(story.deps, story.run, request));

  const entries = await story.deps.db.queue.listIntegrationsOfRun(story.run.id);
  const open = entries.filter(({ outcome }) => outcome === null);
  expect(open).toHaveLength(1);
  expect(new Set(answered.map(({ id }) => id))).toEqual(new Set(open.map(({ id }) => id)));
});

test("a rollback that several ask for at once is one, and all are answered with it", async () => {
  await using story = await landed();

  const answered = await atOnce(() => requestRollback(story.person, story.run.id, "why"));

  const rollbacks = await story.deps.db.queue.listRollbacks(story.projectId);
  expect(rollbacks).toHaveLength(1);
  expect(new Set(answered.map(({ id }) => id))).toEqual(new Set(rollbacks.map(({ id }) => id)));
});

test("the store takes no second open question about the same, and another when the first is settled", async () => {
  await using story = await landed();
  const { queue } = story.deps.db;
  const first = sampleApproval({ id: makeId("apr", "a"), runId: story.run.id, sha: sampleSha(5) });
  const second = { ...first, id: makeId("apr", "b") };
  await queue.insertApproval(first);

  await expect(queue.insertApproval(second)).rejects.toMatchObject({ code: "conflict" });
  await queue.replaceApproval({ ...first, state: { status: "voided", at: story.clock.now() } });
  await queue.insertApproval(second);

  expect(await queue.findApproval(second.id)).toEqual(second);
});
