import { expect, test } from "vitest";
import { toVisibleText } from "./visible-text.ts";

test.each([
  ["colours and cursor moves", "\u001b[8mhidden\u001b[2A", "␛[8mhidden␛[2A"],
  ["a line that is written over", "+rm -rf\r+ok", "+rm -rf␍+ok"],
  ["the short forms of eight bits", "\u009b2J\u007f", "<U+009B>2J<U+007F>"],
  ["text that runs the other way", "a\u202eb", "a<U+202E>b"],
])("%s are shown instead of obeyed", (_name, text, shown) => {
  expect(toVisibleText(text)).toBe(shown);
});

test.each(["plain\n\ttext\n", "of two systems\r\n", "日本語 👩‍💻 é"])("%j stays as it is", (text) => {
  expect(toVisibleText(text)).toBe(text);
});
