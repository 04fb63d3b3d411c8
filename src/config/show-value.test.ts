import { expect, test } from "vitest";
import { showValue } from "./show-value.ts";

test("plain values are shown as they are written", () => {
  expect([3, true, null, "main", undefined].map((value) => showValue(value, "base"))).toEqual([
    "3",
    "true",
    "null",
    '"main"',
    "missing",
  ]);
});

test("what is inside lists and objects is not shown", () => {
  expect([["a"], { a: 1 }].map((value) => showValue(value, "checks"))).toEqual(["a list", "an object"]);
});

test.each([
  ["notify.discord", "anything"],
  ["notify", "anything"],
  ["openaiApiKey", "anything"],
  ["base", "sk-abcdef"],
  ["base", "ghp_abcdef"],
  ["base", "xoxb-1-2"],
  ["base", "https://user:pass@example.org"],
  ["base", "https://hooks.slack.com/services/T/B/x"],
  ["base", "https://discord.com/api/webhooks/1/x"],
])("at %s the text %j is not shown", (path, value) => {
  expect(showValue(value, path)).toBe("a literal value, which is not shown");
});

test("a long text is cut", () => {
  expect(showValue("x".repeat(1000), "base")).toHaveLength(82);
});
