import fc from "fast-check";
import { expect, test } from "vitest";
import { CappedOutput, cleanOutput } from "./clean-output.ts";

test.each([
  ["colours", "\u001B[1;31mred\u001B[0m", "red"],
  ["cursor moves", "a\u001B[2J\u001B[Hb\u009B3Ac", "abc"],
  ["window titles", "\u001B]0;owned\u0007text", "text"],
  ["links", "\u001B]8;;http://x\u001B\\click\u001B]8;;\u001B\\", "click"],
  ["a clipboard write in the short form", "\u009D52;c;AAAA\u009Ctext", "text"],
  ["an escape sequence that never ends, up to its line", "a\u001B]0;rest\nnext", "a\nnext"],
  ["bells, backspaces and NULs", "a\u0007b\bc\0d", "abcd"],
  ["overwriting a line", "bad\rgood", "badgood"],
  ["reversed text", "\u202Etxt.exe\u202C \u2066x\u2069", "txt.exe x"],
])("%s are removed", (_name, hostile, clean) => {
  expect(cleanOutput(Buffer.from(hostile))).toBe(clean);
});

test("ordinary text, tabs, line ends and other languages stay", () => {
  const text = "ok\t1\nnaïve – 測試 🎉 [31m not a colour\n";

  expect(cleanOutput(Buffer.from(text.replaceAll("\n", "\r\n")))).toBe(text);
});

test("no bytes at all leave a control character", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(cleanOutput(Buffer.from(bytes))).not.toMatch(/(?![\t\n])\p{Cc}/u);
    }),
  );
});

test("output is kept up to its limit, and what is beyond is said to be dropped", () => {
  const output = new CappedOutput(5);

  output.add(Buffer.from("abc"));
  expect({ text: output.text(), isTruncated: output.isTruncated }).toEqual({
    text: "abc",
    isTruncated: false,
  });

  output.add(Buffer.from("def"));
  output.add(Buffer.from("ghi"));
  expect({ text: output.text(), isTruncated: output.isTruncated }).toEqual({
    text: "abcde",
    isTruncated: true,
  });
});
