import { describe, expect, test } from "vitest";
import type { Event, NewEvent } from "../../domain/event.ts";
import type { ProjectId } from "../../domain/ids.ts";
import { type Database, rollBack } from "../../ports/database.ts";
import { sampleEvent, sampleTime } from "../samples.ts";
import { insertFamily, type SampleFamily } from "./sample-family.ts";

export function describeEventLog(database: () => Database): void {
  describe("events", () => {
    test("events come back as they were appended, numbered in their order", async () => {
      const { events } = database();
      const family = await insertFamily(database());
      const plain = eventOf(family, { runId: null, to: null, subject: "prj" });
      const full = eventOf(family, {
        type: "run.paused",
        from: "running",
        reason: "budget ✓",
        details: { spent: 12.5, list: [1, null, { a: "b" }] },
        at: new Date("2026-03-29T01:30:00.123Z"),
      });

      await events.append([plain, full]);

      const [first, second] = await events.listAfter(family.project.id, 0, 10);
      expect(first).toEqual({ ...plain, seq: first?.seq });
      expect(second).toEqual({ ...full, seq: (first?.seq ?? 0) + 1 });
      expect(await events.listOfRun(family.run.id)).toEqual([second]);
    });

    test("a reader asks for what came after, in pages, and only of its project", async () => {
      const { events } = database();
      const [mine, other] = [await insertFamily(database()), await insertFamily(database())];
      expect(await events.lastSeq(mine.project.id)).toBe(0);
      await events.append([numbered(mine, 1), numbered(other, 1), numbered(mine, 2), numbered(mine, 3)]);

      const page = await events.listAfter(mine.project.id, 0, 2);
      const rest = await events.listAfter(mine.project.id, page.at(-1)?.seq ?? 0, 2);

      expect(subjectsOf([...page, ...rest])).toEqual(["1", "2", "3"]);
      expect(await events.lastSeq(mine.project.id)).toBe(rest.at(-1)?.seq);
      expect(await events.listAfter(mine.project.id, rest.at(-1)?.seq ?? 0, 2)).toEqual([]);
    });

    test("appending nothing changes nothing", async () => {
      const { events } = database();
      const family = await insertFamily(database());

      await events.append([]);

      expect(await events.lastSeq(family.project.id)).toBe(0);
    });

    test("within a transaction events are numbered at its end, in the order they were appended", async () => {
      const family = await insertFamily(database());

      await database().transaction(async ({ events }) => {
        await events.append([numbered(family, 1)]);
        expect(await events.lastSeq(family.project.id)).toBe(0);
        await events.append([numbered(family, 2), numbered(family, 3)]);
      });

      const stored = await database().events.listOfRun(family.run.id);
      expect(subjectsOf(stored)).toEqual(["1", "2", "3"]);
    });

    test("a reader who follows eight writers misses nothing, and the numbers have no gaps", async () => {
      const family = await insertFamily(database());
      const before = await lastNumber(database());
      const isOver = { value: false };
      const follower = follow(database(), family.project.id, isOver);

      await Promise.all(Array.from({ length: 8 }, (_, writer) => write(database(), family, writer)));
      isOver.value = true;

      const seen = await follower;
      expect(seen.map((event) => event.seq)).toEqual(Array.from({ length: 80 }, (_, i) => before + 1 + i));
      const ofFirst = seen.filter((event) => event.actor === "worker:0").map((event) => event.subject);
      expect(ofFirst).toEqual(["0", "0", "2", "2", "4", "4", "6", "6", "8", "8"]);
    });
  });
}

/** Ten transactions of two events; every second one is undone, which must leave no gap. */
async function write(database: Database, family: SampleFamily, writer: number): Promise<void> {
  for (let number = 0; number < 10; number++) {
    await database.transaction(async ({ events, runs }) => {
      const event = eventOf(family, { subject: String(number), actor: `worker:${writer}` });
      await events.append([event]);
      await runs.find(family.run.id);
      await events.append([event]);
      return number % 2 === 0 ? null : rollBack;
    });
  }
}

/** Reads like the live view does: always after the last number seen. */
async function follow(
  database: Database,
  projectId: ProjectId,
  isOver: { readonly value: boolean },
): Promise<readonly Event[]> {
  const seen: Event[] = [];
  for (;;) {
    const isLastLook = isOver.value;
    const page = await database.events.listAfter(projectId, seen.at(-1)?.seq ?? 0, 7);
    seen.push(...page);
    if (page.length === 0 && isLastLook) return seen;
  }
}

/** The last number given to anybody: found by appending one more. */
async function lastNumber(database: Database): Promise<number> {
  const { project, run } = await insertFamily(database);
  await database.events.append([sampleEvent({ projectId: project.id, runId: run.id })]);
  return database.events.lastSeq(project.id);
}

function eventOf(family: SampleFamily, overrides: Partial<NewEvent>): NewEvent {
  return sampleEvent({ projectId: family.project.id, runId: family.run.id, ...overrides });
}

function numbered(family: SampleFamily, number: number): NewEvent {
  return eventOf(family, { subject: String(number), at: sampleTime(number) });
}

function subjectsOf(events: readonly Event[]): readonly string[] {
  return events.map((event) => event.subject);
}
