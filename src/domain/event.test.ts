import { expect, test } from "vitest";
import { eventTypes } from "./event.ts";

test("every kind of event has one name: what it happened to, and what happened, in the past", () => {
  expect(new Set(eventTypes).size).toBe(eventTypes.length);
  expect(eventTypes.filter((type) => !/^[a-z]+\.[a-z]+(?:_[a-z]+)*$/u.test(type))).toEqual([]);
  expect(eventTypes.filter((type) => !/(?:ed|_up|_made|_back)$/u.test(type))).toEqual([]);
});
