import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleTime } from "../testing/samples.ts";
import {
  byPriorityAndAge,
  isPriority,
  priorities,
  type Priority,
  priorityRank,
  type Waiting,
} from "./priority.ts";

function waiting(id: string, priority: Priority, minute: number): Waiting {
  return { id, priority, createdAt: sampleTime(minute) };
}

test("urgent is served first, low last, and a word nobody knows after all of them", () => {
  expect([...priorities, "asap" as Priority].map(priorityRank)).toEqual([0, 1, 2, 3, 4]);
});

test("only the four words are priorities", () => {
  expect([...priorities, "asap", "", "High", "constructor"].filter(isPriority)).toEqual(priorities);
});

test("waiting things are served by priority, then age, then id", () => {
  const things = [
    waiting("e", "low", 0),
    waiting("d", "medium", 3),
    waiting("b", "medium", 2),
    waiting("c", "medium", 2),
    waiting("a", "urgent", 9),
  ];

  expect(things.toSorted(byPriorityAndAge).map(({ id }) => id)).toEqual(["a", "b", "c", "d", "e"]);
});

test("two readers who list the same things in any order serve them in the same order", () => {
  const anyWaiting = fc.record({ priority: fc.constantFrom(...priorities), minute: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(anyWaiting, { maxLength: 15 }), fc.nat(14), (drawn, turn) => {
      const things = drawn.map(({ priority, minute }, index) => waiting(`w${index}`, priority, minute));
      const turned = [...things.slice(turn), ...things.slice(0, turn)].toReversed();

      expect(turned.toSorted(byPriorityAndAge)).toEqual(things.toSorted(byPriorityAndAge));
    }),
  );
});
