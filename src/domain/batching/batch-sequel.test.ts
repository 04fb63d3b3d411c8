import { expect, test } from "vitest";
import { sequelOfOutcomes, sequelOfTrouble, statusOfUnanswered } from "./batch-sequel.ts";
import { batchTroubles } from "./batch-trouble.ts";
import { statusOfAnswer } from "./request-outcome.ts";

test.each([
  [["ok", "ok"], "nothing"],
  [["ok", "missing"], "ask_again"],
  [["invalid_request", "expired", "ok"], "ask_again"],
  [["ok", "filtered", "invalid_request"], "look_at_some"],
  [["ok", "invalid_request"], "give_up_some"],
  [["invalid_request", "invalid_request"], "give_up"],
] as const)("after %j follows %s", (statuses, sequel) => {
  expect(sequelOfOutcomes(statuses)).toBe(sequel);
});

test("every trouble of a batch is followed by something of its own", () => {
  const sequels = batchTroubles.map(sequelOfTrouble);

  expect(new Set(sequels).size).toBe(batchTroubles.length);
});

test.each([
  ["completed", null, "missing"],
  ["expired", null, "expired"],
  ["canceled", null, "canceled"],
  ["failed", "invalid", "invalid_request"],
  ["failed", "busy", "not_run"],
  ["failed", "archived", "missing"],
  ["failed", "lost", "missing"],
] as const)("a request without a word in a batch that is %s (%s) is %s", (end, trouble, status) => {
  expect(statusOfUnanswered(end, trouble)).toBe(status);
});

test.each([
  ["stop", true, "ok"],
  ["stop", false, "unreadable"],
  ["other", true, "ok"],
  ["length", true, "truncated"],
  ["refusal", true, "refused"],
  ["filter", false, "filtered"],
] as const)("an answer that ended with %s (readable: %s) is %s", (finish, isReadable, status) => {
  expect(statusOfAnswer(finish, isReadable)).toBe(status);
});
