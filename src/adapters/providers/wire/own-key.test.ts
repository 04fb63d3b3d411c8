import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Secret } from "../../../domain/secret.ts";
import { answerWithoutKey, messageWithoutKey } from "./own-key.ts";

const key = `test-${randomBytes(12).toString("hex")}-7`;
const secret = new Secret(key);

test.each([
  ["as it is", `Bearer ${key}!`, "Bearer [secret]!"],
  ["twice", `${key}${key}`, "[secret][secret]"],
  ["in base64", `Basic ${Buffer.from(key).toString("base64")}`, /^Basic \[secret\].{0,3}$/u],
  ["not at all", "Take the word and write it.", "Take the word and write it."],
])("a text that holds our key %s is read without it", (_, text, expected) => {
  for (const clean of [messageWithoutKey(text, secret), answerWithoutKey(text, secret)])
    expect(clean).toMatch(expected);
});

test("wherever it stands among other bytes in base64, it is found", () => {
  const bytes = fc.uint8Array({ maxLength: 20 });
  fc.assert(
    fc.property(bytes, bytes, fc.constantFrom("base64", "base64url"), (before, behind, encoding) => {
      const told = Buffer.concat([before, Buffer.from(key), behind]).toString(encoding);

      const back = Buffer.from(answerWithoutKey(told, secret).replace("[secret]", ""), encoding);

      expect(answerWithoutKey(told, secret)).toContain("[secret]");
      expect(back.toString("latin1")).not.toContain(key);
    }),
  );
});

test("an answer in JSON is JSON without the key too, whatever the key is made of", () => {
  const character = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCodePoint(code));
  const anyKey = fc.string({ unit: character, minLength: 20, maxLength: 40 }).map((text) => `${text}9`);
  fc.assert(
    fc.property(anyKey, (word) => {
      const told = JSON.stringify({ description: `Write ${word}.` });

      expect(JSON.parse(answerWithoutKey(told, new Secret(word)))).toEqual({
        description: "Write [secret].",
      });
    }),
    {
      numRuns: 2_000,
      examples: [[`${"a".repeat(20)}9\\`], [`"${"a".repeat(20)}9"`], [`\\"${"a".repeat(20)}9`]],
    },
  );
});

test("a key that is a word is left in answers, which may be about it, and none is no key", () => {
  const text = "Set the key to lm-studio or sk-no-key-required.";

  expect(answerWithoutKey(text, new Secret("lm-studio"))).toBe(text);
  expect(answerWithoutKey(text, new Secret("sk-no-key-required"))).toBe(text);
  expect(messageWithoutKey(text, new Secret("lm-studio"))).toContain("[secret]");
  expect(messageWithoutKey(text, new Secret("key"))).toBe(text);
  expect(answerWithoutKey(text, null)).toBe(text);
});
