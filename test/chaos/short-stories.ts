import { goals } from "./author.ts";
import { type BrokenPromise, checkPromises } from "./check-promises.ts";
import { crashAt, type CrashOrder, noCrash, sleepAt } from "./crash-order.ts";
import { observe } from "./observe.ts";
import type { BugName } from "./planted-bugs.ts";
import { Teller } from "./teller.ts";
import { openWorld, type World } from "./world.ts";

const { sums, second, hard } = goals;
const asked = "paused(deploy, approval)";

/** A short story that meets one danger. What is under way at its end is no broken promise of it. */
export interface ShortStory {
  /** The promise that breaks when the protection is missing. */
  readonly promise: string;
  tell(bug: BugName | null): Promise<readonly BrokenPromise[]>;
}

export const shortStories = {
  no_reconcile: {
    promise: "no batch is created twice",
    tell: (bug) =>
      inWorld(bug, [crashAt("batchProvider.submit:after", 1)], async (_world, tell) => {
        await tell.command("start", sums);
        await tell.until("the batch is back", (told) => told.stateOf(sums) === "running(implement)");
      }),
  },
  no_outbox_key: {
    promise: "no message is sent as two",
    tell: (bug) =>
      inWorld(bug, [crashAt("outbox.insert:after", 1)], async (world, tell) => {
        await tell.command("start", second);
        await tell.until("a person is asked", (told) => told.stateOf(second) === asked);
        await tell.untilKilled(1);
        await tell.until("a message arrives", () => world.webhooks() > 0);
        await tell.command("cancel", second);
        await tell.until("it is over", (told) => told.count(second, "integration.rejected") === 1);
      }),
  },
  no_compare_and_swap: {
    promise: "the base branch only grows",
    tell: (bug) =>
      inWorld(bug, [sleepAt("forge.tag:after", 1)], async (world, tell) => {
        await toTheDoor(tell);
        const other = world.otherLands();
        tell.wake();
        await tell.until(
          "it has landed, or is asked about again",
          (told) =>
            told.count(second, "integration.landed") + told.count(second, "approval.requested") === 2 ||
            told.count(second, "integration.landed") === 1,
        );
        return { people: [other] };
      }),
  },
  no_approval: {
    promise: "nothing lands that was not tested and approved",
    tell: (bug) =>
      inWorld(bug, [], async (_world, tell) => {
        await tell.command("start", second);
        await tell.until(
          "a person is asked, or it has landed",
          (told) => told.stateOf(second) === asked || told.count(second, "integration.landed") === 1,
        );
      }),
  },
  no_lease_check: {
    promise: "what has left the queue does not land",
    tell: (bug) =>
      inWorld(bug, [sleepAt("forge.tag:after", 1)], async (world, tell) => {
        await toTheDoor(tell);
        await tell.command("cancel", second);
        await world.letTimePass();
        await using other = new Teller(world, { name: "other", nextOrder: () => noCrash });
        other.startWorker();
        await other.until("it is given up", (told) => told.count(second, "integration.rejected") === 1);
        tell.wake();
        await tell.untilReached("leases.release:after", "forge.tag:after");
      }),
  },
} as const satisfies Readonly<Record<BugName, ShortStory>>;

/** The commit has reached the base branch, its process dies, and the run is canceled before another one looks. */
export const canceledTooLate: ShortStory = {
  promise: "the base branch moves only to what is told as landed",
  tell: (bug) =>
    inWorld(bug, [sleepAt("forge.moveBase:after", 1)], async (world, tell) => {
      await toTheDoor(tell);
      await tell.command("cancel", second);
      await tell.stop();
      await world.letTimePass();
      await using other = new Teller(world, { name: "other", nextOrder: () => noCrash });
      other.startWorker();
      await other.until(
        "it is over",
        (told) => told.count(second, "integration.rejected") + told.count(second, "task.landed") >= 1,
      );
      return { lastWorker: other.lastWorker };
    }),
};

/**
 * The provider has the batch and its process sleeps; the run is canceled, and whoever calls the batch off dies at it. It
 * comes to its end, and what it has answered by then is kept.
 */
export const canceledWhileSent = (when: "before" | "after"): ShortStory => ({
  promise: "every answer that was paid for is kept once",
  tell: (bug) =>
    inWorld(bug, [sleepAt("batchProvider.submit:after", 1)], async (world, tell) => {
      await tell.command("start", second);
      await tell.untilAsleep();
      await tell.command("cancel", second);
      await tell.stop();
      await world.letTimePass();
      const orders = [crashAt(`batchProvider.cancel:${when}`, 1)];
      await using other = new Teller(world, {
        name: "other",
        nextOrder: (process) => (process === "worker" ? (orders.shift() ?? noCrash) : noCrash),
      });
      other.startWorker();
      await other.untilKilled(1);
      await other.until("the batch is over", ({ events }) =>
        events.some(({ type, to }) => type === "batch.changed" && /^(?:completed|canceled)$/u.test(to ?? "")),
      );
      return { lastWorker: other.lastWorker };
    }),
});

interface StoryEnd {
  /** Commits that people made. */
  readonly people?: readonly string[];
  /** Who worked last, where that was not the first teller's. */
  readonly lastWorker?: number;
}

/** Its failure is written down, its process dies before it knows, and a person gives it another round meanwhile. */
export const retriedTooSoon: ShortStory = {
  promise: "work goes on",
  tell: (bug) =>
    inWorld(bug, [sleepAt("db.transaction(run.failed):after", 1)], async (world, tell) => {
      await tell.command("start", hard);
      await tell.untilAsleep();
      await tell.command("retry", hard);
      await tell.stop();
      await world.letTimePass();
      await using other = new Teller(world, { name: "other", nextOrder: () => noCrash });
      other.startWorker();
      await other.until("a person is asked", (told) => told.stateOf(hard) === asked);
      const told = world.webhooks();
      await other.command("reject", hard);
      await other.until("that is told", () => world.webhooks() > told);
      return { lastWorker: other.lastWorker };
    }),
};

/** Up to where its process falls asleep: approved, and about to land. */
async function toTheDoor(tell: Teller): Promise<void> {
  await tell.command("start", second);
  await tell.until("a person is asked", (told) => told.stateOf(second) === asked);
  await tell.command("approve", second);
  await tell.untilAsleep();
}

async function inWorld(
  bug: BugName | null,
  orders: readonly CrashOrder[],
  story: (world: World, tell: Teller) => Promise<StoryEnd | void>,
): Promise<readonly BrokenPromise[]> {
  await using world = await openWorld("own");
  const left = [...orders];
  await using teller = new Teller(world, {
    bug: bug ?? "",
    nextOrder: (process) => (process === "worker" ? (left.shift() ?? noCrash) : noCrash),
  });
  teller.startWorker();
  const { people = [], lastWorker = teller.lastWorker } = (await story(world, teller)) ?? {};
  return checkPromises(await observe(world, lastWorker), { people, brought: {}, attemptCap: 2 });
}
