import { expect, test } from "vitest";
import { resolveConfig } from "../../config/layer-config.ts";
import { examineModel } from "./examine-model.ts";

const now = new Date("2026-11-20T12:00:00Z");
const env = { WORD_KEY: "there" };

function verdictsOf(settings: object): readonly (readonly string[])[] {
  const project = { text: JSON.stringify(settings), file: "aas.config.jsonc" };
  const { config } = resolveConfig({ project, environment: {}, flags: {} });
  return examineModel(config, env, now).map(({ id, verdict }) => [id, verdict]);
}

const model = { provider: "openai", name: "word-model", apiKey: "env:WORD_KEY" };
const prices = { "word-model": { input: 1, output: 10 } };

test.each<[string, object, readonly (readonly string[])[]]>([
  ["none", {}, [["model", "ok"]]],
  [
    "one with its key and its price",
    { model, models: { prices } },
    [
      ["model", "ok"],
      ["price", "ok"],
    ],
  ],
  [
    "one whose key is not set",
    { model: { ...model, apiKey: "env:NO_KEY" }, models: { prices } },
    [
      ["model", "fail"],
      ["price", "ok"],
    ],
  ],
  [
    "one whose price nobody knows",
    { model },
    [
      ["model", "ok"],
      ["price", "fail"],
    ],
  ],
  [
    "one of the list",
    { model: { ...model, name: "gpt-5.4-mini" } },
    [
      ["model", "ok"],
      ["price", "ok"],
    ],
  ],
  [
    "one's own without a key",
    { model: { ...model, baseUrl: "http://127.0.0.1:11434/v1", apiKey: null } },
    [
      ["model", "ok"],
      ["price", "ok"],
    ],
  ],
  [
    "one of others without a key",
    { model: { ...model, baseUrl: "https://models.example.com/v1", apiKey: null } },
    [
      ["model", "ok"],
      ["price", "fail"],
    ],
  ],
])("a model is looked at, and so is its price: %s", (_name, settings, verdicts) => {
  expect(verdictsOf(settings)).toEqual(verdicts);
});
