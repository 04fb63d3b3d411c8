import { plainPrice, plainTokens } from "../../domain/money/price.ts";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Model, ModelReply, ModelRequest } from "../../ports/model.ts";
import { RecordedModel } from "./recorded-model.ts";
import { RecordingModel } from "./recording-model.ts";
import { readReplies } from "./replies.ts";

let folder = "";
let file = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aas-replies-"));
  file = join(folder, "demo", "replies.json");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const never = new AbortController().signal;

function request(overrides: Partial<ModelRequest> = {}): ModelRequest {
  return {
    purpose: "build",
    promptVersion: "build.v1",
    system: "You write code.",
    prompt: "Task\nadd a\ndone",
    schema: null,
    maxOutputTokens: 100,
    ...overrides,
  };
}

/** Answers with the last line of what it is asked. */
const echo: Model = {
  provider: "echo",
  name: "echo-1",
  price: null,
  complete: async ({ prompt }): Promise<ModelReply> => ({
    text: prompt.split("\n").at(-1) ?? "",
    finish: "stop",
    usage: plainTokens(prompt.length, 1),
    model: "echo-1",
  }),
};

async function record(...requests: readonly ModelRequest[]): Promise<RecordedModel> {
  const recording = new RecordingModel(echo, file);
  await Promise.all(requests.map((each) => recording.complete(each, never)));
  return new RecordedModel(await readReplies(file));
}

test("what was recorded is answered again, free of charge", async () => {
  const model = await record(request(), request({ prompt: "other" }));

  expect(await model.complete(request({ maxOutputTokens: 5 }), never)).toEqual({
    text: "done",
    finish: "stop",
    usage: plainTokens(15, 1),
    model: "echo-1",
  });
  expect([model.provider, model.name]).toEqual(["recorded", "echo-1"]);
  expect(model.price).toEqual(plainPrice(0, 0));
});

describe("a request that was not recorded", () => {
  test.each([
    ["another purpose", request({ purpose: "analyse" }), "Nothing is recorded for analyse"],
    ["another system text", request({ system: "You write tests." }), "differs from line 1 on"],
    ["one character more", request({ prompt: "Task\nadd a \ndone" }), "differs from line 3 on"],
  ])("with %s is refused, however near it is", async (_, asked, complaint) => {
    const model = await record(request());

    await expect(model.complete(asked, never)).rejects.toMatchObject({
      code: "provider_refused",
      message: expect.stringContaining(complaint) as string,
      cure: "Recorded replies answer only what was recorded; configure a model for anything else.",
    });
  });

  test("is shown beside the nearest recorded one, cut to a few lines", async () => {
    const model = await record(request({ prompt: "x" }), request());
    const asked = request({ prompt: `Task\nadd b\n${"long ".repeat(200)}\nmore\nand more` });

    const error = await model.complete(asked, never).catch((caught: unknown) => caught);

    expect(String(error)).toContain("differs from line 3 on:\n- add a\n- done\n+ add b\n+ long");
    expect(String(error).length).toBeLessThan(500);
  });
});

test("a request that is called off is not answered", async () => {
  const model = await record(request());

  await expect(model.complete(request(), AbortSignal.abort())).rejects.toThrow(/abort/iu);
});

test("recording again keeps what was recorded before and writes the same bytes for the same replies", async () => {
  await record(request({ prompt: "b" }), request({ prompt: "a" }));
  const before = readFileSync(file, "utf8");

  const again = new RecordingModel(echo, file, (await readReplies(file)).byHash);
  await again.complete(request({ prompt: "b" }), never);

  expect(readFileSync(file, "utf8")).toBe(before);
});

test.each([
  ["no JSON", () => "{"],
  ["another format", () => JSON.stringify({ format: "x", replies: {} })],
  ["a request changed by hand", (text: string) => text.replace("You write code.", "You write poems.")],
])("a file with %s is refused", async (_, change) => {
  await record(request());
  writeFileSync(file, change(readFileSync(file, "utf8")));

  await expect(readReplies(file)).rejects.toMatchObject({
    code: "config_invalid",
    cure: "Record them again.",
  });
});
