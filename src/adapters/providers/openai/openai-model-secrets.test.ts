import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "../../../domain/secret.ts";
import { Loopback } from "../wire/loopback.fixture.ts";
import { key, labOfEachTest, refused } from "./openai-model-lab.fixture.ts";

const lab = labOfEachTest();

test.each([
  ["a key that the server repeats", refused(401, { message: `Wrong: ${key}` })],
  ["a key in a page", { status: 500, text: `<html>${key}</html>` }],
  ["a connection that breaks", "reset" as const],
])("%s stands in no error", async (_, reply) => {
  const { complete, script } = lab();
  script(reply);

  const error: unknown = await complete().catch((each: unknown) => each);

  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(key);
});

test("a key that cannot be sent is not shown either", async () => {
  const { complete } = lab();
  const error: unknown = await complete({ apiKey: new Secret(`${key}\n`) }).catch((each: unknown) => each);

  expect(error).toMatchObject({ code: "provider_refused", cure: expect.stringContaining("OPENAI_API_KEY") });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(key);
});

test("a key is not shown to where a server sends on", async () => {
  const { complete, script } = lab();
  const other = await Loopback.start();
  script({ status: 307, headers: { location: `${other.url}/v1/chat/completions` } });

  await expect(complete()).rejects.toMatchObject({ code: "provider_refused" });
  expect(other.received).toEqual([]);
  await other[Symbol.asyncDispose]();
});

test.each(["", "localhost:1234/v1", "ftp://host/v1", `https://user:${key}@host/v1`])(
  "an address that cannot be called is told at once, without it: %#",
  (baseUrl) => {
    const { connect } = lab();
    expect(() => connect({ baseUrl })).toThrow(expect.objectContaining({ code: "config_invalid" }));
    expect(() => connect({ baseUrl })).not.toThrow(key);
  },
);
