import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "./secret.ts";

const secret = new Secret("sk-live-123");

test.each<[string, (value: Secret) => string]>([
  ["adding to a text", (value) => "key ".concat(String(value))],
  ["joining", (value) => [value].join(",")],
  ["JSON", (value) => JSON.stringify({ key: value, keys: [value] })],
  ["inspection", (value) => inspect({ key: value }, { showHidden: true, depth: 9, getters: true })],
  ["its own keys", (value) => JSON.stringify(Reflect.ownKeys(value).map(String))],
  ["a copy", (value) => JSON.stringify(Object.assign({}, value))],
  ["a clone", (value) => inspect(structuredClone(Object.assign({}, value)))],
])("%s does not show a secret", (_name, show) => {
  expect(show(secret)).not.toContain("sk-live");
});

test("a secret prints as a placeholder everywhere", () => {
  expect([secret.toString(), JSON.stringify(secret), inspect(secret)]).toEqual([
    "[secret]",
    '"[secret]"',
    "[secret]",
  ]);
});

test("only asking for it reveals it", () => {
  expect(secret.reveal()).toBe("sk-live-123");
});
