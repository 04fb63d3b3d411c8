import { expect, test } from "vitest";
import { type BatchPlace, isSamePlace, renderPlace } from "./batch-place.ts";

const openai: BatchPlace = { provider: "openai", host: "api.openai.com" };

test.each<[string, BatchPlace, boolean]>([
  ["the same one", { ...openai }, true],
  ["another provider", { provider: "anthropic", host: "api.anthropic.com" }, false],
  ["another provider of which no host is known", { provider: "anthropic", host: null }, false],
  ["another server that speaks the same", { provider: "openai", host: "llm.example:4000" }, false],
  ["one whose host was not written down", { provider: "openai", host: null }, true],
])("%s", (_, other, isSame) => {
  expect([isSamePlace(openai, other), isSamePlace(other, openai)]).toEqual([isSame, isSame]);
});

test("a place is told with its host, where it has one", () => {
  expect([renderPlace(openai), renderPlace({ provider: "recorded", host: null })]).toEqual([
    "openai (api.openai.com)",
    "recorded",
  ]);
});
