import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeMarkdownBoard } from "../../src/adapters/markdown-board/markdown-board.ts";
import { openMemoryDurable } from "../../src/adapters/durable-memory/memory-durable.ts";
import { isAnotherNeeded } from "../../src/app/worker/run-project-worker.ts";
import { type RoundOptions, runWorker, tryRound } from "../../src/app/worker/worker.ts";
import type { NewEvent } from "../../src/domain/event.ts";
import { makeId } from "../../src/domain/ids.ts";
import { Deliveries } from "../../src/pipeline/notifying/deliveries.ts";
import { notifyFromEvents } from "../../src/pipeline/notifying/notify-from-events.ts";
import type { Channel, DeliveryOutcome } from "../../src/ports/channel.ts";
import { scenarioAdmission } from "../../src/testing/drive-scenario.ts";
import { sampleNotification } from "../../src/testing/delivery-samples.ts";
import { sampleEvent, sampleRun } from "../../src/testing/samples.ts";
import { hold } from "./support/meeting.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story } from "./support/word-book.ts";

const failed: DeliveryOutcome = { kind: "failed", reason: "503", isPermanent: false };

test("a worker with nothing else to do waits for a message that is tried again soon", async () => {
  await using story = await given({ plan: [step("one")] });
  await queueMessages(story, 1);
  const outcomes = [failed, { kind: "delivered" } as const];
  const channel = channelThat(async () => outcomes.shift() ?? failed);

  const end = await runWorker(
    { ...optionsOf(story), channels: [channel], buildConcurrency: 1, idleExitMs: 50 },
    AbortSignal.timeout(60_000),
  );

  expect(end.kind).toBe("idle");
  expect(await statesOf(story)).toEqual(["completed"]);
});

test("a message that is tried again late keeps no worker", async () => {
  await using story = await given({ plan: [step("one")] });
  await queueMessages(story, 1, new Date(Date.now() + 60 * 60_000));

  const end = await runWorker(
    {
      ...optionsOf(story),
      channels: [channelThat(async () => failed)],
      buildConcurrency: 1,
      idleExitMs: 50,
    },
    AbortSignal.timeout(60_000),
  );

  expect(end.kind).toBe("idle");
  expect(await statesOf(story)).toEqual(["pending"]);
});

test("a board that cannot be read or written keeps no worker", async () => {
  await using story = await given({ plan: [step("one")] });
  const file = join(story.batchResultsFolder, "a-folder.md");
  await mkdir(file, { recursive: true });
  const board = makeMarkdownBoard({
    file,
    readLast: async () => null,
    writeLast: () => story.deps.db.projects.writeNote(story.projectId, "board", file),
  });
  const options = optionsOf(story);

  const end = await runWorker(
    { ...options, deps: { ...options.deps, board }, channels: [], buildConcurrency: 1, idleExitMs: 50 },
    AbortSignal.timeout(60_000),
  );

  expect(end.kind).toBe("idle");
  expect(story.troubles.join()).toContain("a duty of the worker failed");
});

test("looking for messages is no message: only one that is there or on its way keeps a worker", async () => {
  await using story = await given({ plan: [step("one")] });
  const hanging = hold();
  const channel = channelThat(async (_message, signal) => {
    await hanging.pass(signal);
    return { kind: "delivered" };
  });
  const deliveries = new Deliveries({ ...story.deps, channels: [channel] });

  deliveries.start();
  expect(await deliveries.areNear()).toBe(false);
  await deliveries.settled();
  await queueMessages(story, 1);
  deliveries.start();
  await hanging.reached;
  expect(await deliveries.areNear()).toBe(true);

  hanging.release();
  await deliveries.settled();
  expect(await deliveries.areNear()).toBe(false);
});

test("a channel that hangs holds up no round, and no claim of another message runs out meanwhile", async () => {
  await using story = await given({ plan: [step("one")] });
  await queueMessages(story, 3);
  const hanging = hold();
  const channel = channelThat(async (_message, signal) => {
    await hanging.pass(signal);
    return { kind: "delivered" };
  });
  const deliveries = new Deliveries({ ...story.deps, channels: [channel] });

  for (let look = 0; look < 3; look += 1) {
    await tryRound({ ...optionsOf(story), deliveries }, { seq: 0, isCleaning: true });
  }
  await hanging.reached;

  const due = await story.deps.db.outbox.listOfRun(ended);
  const now = story.deps.clock.now();
  expect(due.filter(({ nextAttemptAt }) => nextAttemptAt > now).length).toBe(1);
  hanging.release();
  await deliveries.settled();
  expect(await statesOf(story)).toEqual(["completed", "completed", "completed"]);
});

test("a worker that is told to stop calls off the delivery that hangs", async () => {
  await using story = await given({ plan: [step("one")] });
  await queueMessages(story, 1);
  const hanging = hold();
  const stop = new AbortController();
  const channel = channelThat(async (_message, signal) => {
    await hanging.pass(signal);
    return { kind: "delivered" };
  });
  const working = runWorker(
    { ...optionsOf(story), channels: [channel], buildConcurrency: 1, idleExitMs: null },
    stop.signal,
  );
  await hanging.reached;

  stop.abort();

  expect(await working).toEqual({ kind: "stopped" });
  expect(await statesOf(story)).toEqual(["pending"]);
});

test("an event that cannot be told holds up no other, and the log says which", async () => {
  await using story = await given({ plan: [step("one")], maxConcurrentRuns: 1 });
  const broken = await story.start("Write a word");
  const sound = await story.start("Write it too");
  const { usage } = story.deps.db;
  const spendingOf: typeof usage.spendingOf = async (id) => {
    if (id === broken.id) throw new TypeError("its costs cannot be read");
    return usage.spendingOf(id);
  };
  const db = { ...story.deps.db, usage: Object.assign(Object.create(usage) as typeof usage, { spendingOf }) };
  for (const runId of [broken.id, sound.id]) {
    await told(story, { type: "run.failed", runId, subject: runId });
  }

  await notifyFromEvents({ ...story.deps, db }, story.projectId);

  expect(await story.deps.db.outbox.listOfRun(broken.id)).toEqual([]);
  expect((await story.deps.db.outbox.listOfRun(sound.id)).map(({ kind }) => kind)).toEqual(["run_failed"]);
  expect(story.troubles.join()).toContain("an event could not be told TypeError: its costs cannot be read");
});

test("what a person asks for while a worker is on its way out makes another one start", async () => {
  await using story = await given({ plan: [step("one")] });
  const home = { id: story.projectId };
  await told(story, { runId: null });
  const seq = await story.deps.db.events.lastSeq(story.projectId);
  expect(await isAnotherNeeded({ db: story.deps.db, home }, { kind: "idle", seq })).toBe(false);

  await told(story, { type: "approval.decided", runId: null });

  expect(await isAnotherNeeded({ db: story.deps.db, home }, { kind: "idle", seq })).toBe(true);
  expect(await isAnotherNeeded({ db: story.deps.db, home }, { kind: "stopped" })).toBe(false);
});

function optionsOf(story: Story): Omit<RoundOptions, "deliveries"> {
  return {
    deps: { ...story.deps, durable: openMemoryDurable() },
    projectId: story.projectId,
    ...scenarioAdmission,
    maxConcurrentRuns: 1,
    batchResultsFolder: story.batchResultsFolder,
  };
}

function channelThat(deliver: Channel["deliver"]): Channel {
  return { name: "console", deliver };
}

const ended = makeId("run", "ended");

/** Messages of a run that has ended long since. */
async function queueMessages(story: Story, count: number, nextAttemptAt = new Date(0)): Promise<void> {
  const { deps } = story;
  const run = sampleRun({ id: ended, projectId: story.projectId, state: { status: "canceled" } });
  await deps.db.runs.insert(run);
  for (let number = 1; number <= count; number += 1) {
    const names = { id: makeId("ntf", String(number)), key: `message ${number}`, runId: ended };
    await deps.db.outbox.insert(sampleNotification({ ...names, nextAttemptAt }));
  }
}

async function told(story: Story, overrides: Partial<NewEvent>): Promise<void> {
  await story.deps.db.events.append([sampleEvent({ projectId: story.projectId, ...overrides })]);
}

async function statesOf(story: Story): Promise<readonly string[]> {
  return (await story.deps.db.outbox.listOfRun(ended)).map(({ state }) => state.status);
}
