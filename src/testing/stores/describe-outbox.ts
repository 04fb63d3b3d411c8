import { describe, expect, test } from "vitest";
import { makeId } from "../../domain/ids.ts";
import type { Notification } from "../../domain/notification.ts";
import type { Database } from "../../ports/database.ts";
import { sampleNotification } from "../delivery-samples.ts";
import { sampleTime } from "../samples.ts";
import { insertFamily, type SampleFamily } from "./sample-family.ts";

const leaseMs = 60_000;
const channels = ["console"];

export function describeOutbox(database: () => Database): void {
  describe("outbox", () => {
    test("a message with the same key exists once", async () => {
      const { outbox } = database();
      const family = await insertFamily(database());
      const message = messageOf(family, "a", {});

      await outbox.insert(message);
      await outbox.insert({ ...message, id: makeId("ntf", `${family.unique}twin`), text: "again" });

      expect(await outbox.listOfRun(family.run.id)).toEqual([message]);
      await settleAll(database(), family);
    });

    test("what is due is claimed oldest first, and not again until the lease has run out", async () => {
      const { outbox } = database();
      const family = await insertFamily(database());
      const now = sampleTime(20);
      const old = messageOf(family, "old", { createdAt: sampleTime(1) });
      const young = messageOf(family, "young", { createdAt: sampleTime(2) });
      const future = messageOf(family, "future", { nextAttemptAt: sampleTime(30) });
      const sent = messageOf(family, "sent", { state: { status: "completed" } });
      for (const message of [young, future, sent, old]) await outbox.insert(message);

      const until = new Date(now.getTime() + leaseMs);
      expect(await outbox.claimDue(now, leaseMs, channels)).toEqual({ ...old, nextAttemptAt: until });
      expect(await outbox.claimDue(now, leaseMs, channels)).toEqual({ ...young, nextAttemptAt: until });
      expect(await outbox.claimDue(now, leaseMs, channels)).toBeNull();
      expect((await outbox.claimDue(until, leaseMs, channels))?.id).toBe(old.id);
      await settleAll(database(), family);
    });

    test("two workers who look at once never claim the same message", async () => {
      const { outbox } = database();
      const family = await insertFamily(database());
      const messages = Array.from({ length: 12 }, (_, index) => messageOf(family, `n${index}`, {}));
      for (const message of messages) await outbox.insert(message);

      const claims = await Promise.all(
        Array.from({ length: 12 }, () => outbox.claimDue(sampleTime(20), leaseMs, channels)),
      );
      const late = await Promise.all(messages.map(() => outbox.claimDue(sampleTime(20), leaseMs, channels)));

      const ids = [...claims, ...late].flatMap((message) => message?.id ?? []);
      expect(ids.toSorted()).toEqual(messages.map((message) => message.id).toSorted());
      await settleAll(database(), family);
    });

    test("a message is claimed only for a channel that can deliver it", async () => {
      const { outbox } = database();
      const family = await insertFamily(database());
      const told = messageOf(family, "told", { channel: "terminal", createdAt: sampleTime(1) });
      const sent = messageOf(family, "sent", { channel: "webhook", createdAt: sampleTime(2) });
      for (const message of [told, sent]) await outbox.insert(message);
      const now = sampleTime(20);

      expect((await outbox.claimDue(now, leaseMs, ["webhook"]))?.id).toBe(sent.id);
      expect(await outbox.claimDue(now, leaseMs, ["webhook"])).toBeNull();
      expect(await outbox.claimDue(now, leaseMs, [])).toBeNull();
      expect((await outbox.claimDue(now, leaseMs, ["webhook", "terminal"]))?.id).toBe(told.id);
      await settleAll(database(), family);
    });

    test("the next message that comes due is known, of the channels that are asked about", async () => {
      const { outbox } = database();
      const family = await insertFamily(database());
      const [near, far] = [sampleTime(30), sampleTime(40)];
      await outbox.insert(messageOf(family, "near", { channel: "near", nextAttemptAt: near }));
      await outbox.insert(messageOf(family, "far", { channel: "far", nextAttemptAt: far }));
      const over = { channel: "near", state: { status: "completed" }, nextAttemptAt: sampleTime(1) } as const;
      await outbox.insert(messageOf(family, "over", over));

      expect(await outbox.nextDueAt(["near", "far"])).toEqual(near);
      expect(await outbox.nextDueAt(["far"])).toEqual(far);
      expect(await outbox.nextDueAt(["elsewhere"])).toBeNull();
      await settleAll(database(), family);
    });

    test("a failed delivery waits for its next time, and a settled message stays settled", async () => {
      const { outbox } = database();
      const family = await insertFamily(database());
      const message = messageOf(family, "a", {});
      await outbox.insert(message);
      const again = { state: { status: "pending" }, attempts: 1, nextAttemptAt: sampleTime(40) } as const;
      const gaveUp = {
        state: { status: "failed", reason: "410 Gone" },
        attempts: 2,
        nextAttemptAt: sampleTime(50),
      } as const;

      await outbox.settle(message.id, again);
      expect(await outbox.listOfRun(family.run.id)).toEqual([{ ...message, ...again }]);
      await outbox.settle(message.id, gaveUp);
      await outbox.settle(message.id, again);

      expect(await outbox.listOfRun(family.run.id)).toEqual([{ ...message, ...gaveUp }]);
    });
  });
}

function messageOf(family: SampleFamily, name: string, overrides: Partial<Notification>): Notification {
  return sampleNotification({
    id: makeId("ntf", family.unique + name),
    key: `${family.unique}:${name}`,
    runId: family.run.id,
    ...overrides,
  });
}

/** What is due is due for everybody: the next test shall not find it. */
async function settleAll({ outbox }: Database, family: SampleFamily): Promise<void> {
  for (const { id, attempts, nextAttemptAt } of await outbox.listOfRun(family.run.id)) {
    await outbox.settle(id, { state: { status: "completed" }, attempts, nextAttemptAt });
  }
}
