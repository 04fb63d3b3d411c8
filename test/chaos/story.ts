import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { gates, goals } from "./author.ts";
import { expectedMessages } from "./expected-messages.ts";
import { readWebhooks } from "./observe.ts";
import type { Teller } from "./teller.ts";
import type { World } from "./world.ts";

const { sums, doubts, hard, second, last } = goals;
const asked = "paused(deploy, approval)";

/** Four goals that meet everything that can happen to a goal, and one in peace. Answers the commits that people made. */
export async function tellStory(world: World, tell: Teller): Promise<readonly string[]> {
  tell.startWorker();
  const [person] = await Promise.all([tellOfSums(world, tell), tellOfDoubts(world, tell)]);
  await Promise.all([tellOfHard(tell), tellOfSecond(tell)]);
  await tell.makePeace();
  await tellOfLast(tell);
  await untilDelivered(world, tell);
  await tell.stop();
  return [person];
}

async function tellOfSums(world: World, tell: Teller): Promise<string> {
  await tell.command("start", sums);
  await tell.until("a person is asked", (told) => told.stateOf(sums) === asked);
  const person = world.personCommits();
  await tell.command("approve", sums);
  await tell.until(
    "the commit on the new base is asked about",
    (told) => told.stateOf(sums) === asked && told.count(sums, "approval.requested") === 2,
  );
  await tell.command("approve", sums);
  await tell.until("sums have landed", (told) => told.stateOf(sums) === "completed(full)");
  await tell.command("rollback", sums);
  await tell.until("sums are rolled back", (told) => told.count(sums, "run.rolled_back") === 1);
  return person;
}

async function tellOfDoubts(world: World, tell: Teller): Promise<void> {
  const triple = "Write triple";
  await tell.command("start", doubts);
  await tell.until("it is tried", (told) => told.countOfTask(triple, "attempt.started") === 1);
  // Nothing tells of it, because it costs no try: what it asked for is only noted as never answered.
  await tell.untilEverReached("usage.markUndelivered:after");
  world.openGate(gates.back);
  await tell.command("prioritize", doubts);
  await tell.command("pause", doubts);
  world.openGate(gates.first);
  await tell.until(
    "the failed task is queued again",
    (told) => told.countOfTask(triple, "task.requeued") >= 1,
  );
  await tell.command("resume", doubts);
  await tell.until("it is tried again", (told) => told.countOfTask(triple, "attempt.started") === 2);
  await tell.command("cancel", doubts);
  await tell.until(
    "everything of it is stopped",
    (told) => told.count(doubts, "task.canceled") === 2 && told.countOfTask(triple, "attempt.canceled") === 1,
  );
}

async function tellOfHard(tell: Teller): Promise<void> {
  await tell.command("start", hard);
  await tell.until("it is given up", (told) => told.stateOf(hard).startsWith("failed(implement"));
  await tell.command("retry", hard);
  await tell.until("a person is asked", (told) => told.stateOf(hard) === asked);
  await tell.command("reject", hard);
  await tell.until("no is no", (told) => told.stateOf(hard).startsWith("failed(deploy"));
}

async function tellOfSecond(tell: Teller): Promise<void> {
  await tell.command("start", second);
  await tell.until("a person is asked", (told) => told.stateOf(second) === asked);
  await tell.command("cancel", second);
  await tell.until(
    "its place in the queue is given up",
    (told) => told.count(second, "integration.rejected") === 1,
  );
}

/** Whatever the dead left behind must not stand in its way. */
async function tellOfLast(tell: Teller): Promise<void> {
  await tell.command("start", last);
  await tell.until("a person is asked", (told) => told.stateOf(last) === asked);
  await tell.command("approve", last);
  await tell.until("it has landed", (told) => told.stateOf(last) === "completed(full)");
}

const deliveryPatienceMs = 20_000;

/** Every message that the events call for has arrived, or will never. */
async function untilDelivered(world: World, tell: Teller): Promise<void> {
  const deadline = Date.now() + deliveryPatienceMs;
  while (Date.now() < deadline) {
    const expected = expectedMessages((await tell.look()).events).length;
    const arrived = new Set(readWebhooks(readFileSync(world.webhookLog, "utf8")).map((each) => each.id));
    if (arrived.size >= expected) return;
    await sleep(100);
  }
}
