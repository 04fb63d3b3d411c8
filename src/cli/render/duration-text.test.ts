import { expect, test } from "vitest";
import { renderDuration } from "./duration-text.ts";

test.each([
  [-5, "0 s"],
  [499, "0 s"],
  [59_400, "59 s"],
  [59_600, "1 m"],
  [182_000, "3 m 2 s"],
  [3_600_000, "1 h"],
  [9_300_000, "2 h 35 m"],
  [90_000_000, "1 d 1 h"],
])("%d ms read as %s", (milliseconds, text) => {
  expect(renderDuration(milliseconds)).toBe(text);
});
