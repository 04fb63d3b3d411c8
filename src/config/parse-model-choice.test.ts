import { expect, test } from "vitest";
import { parseModelChoice } from "./parse-model-choice.ts";

test.each([
  ["anthropic:claude-sonnet-4-5", { provider: "anthropic", name: "claude-sonnet-4-5" }],
  [
    "openai:ft:gpt-5-mini:shop",
    { provider: "openai", name: "ft:gpt-5-mini:shop", flavor: "openai", tier: "standard" },
  ],
  ["gemini: gemini-2.5-pro ", { provider: "gemini", name: "gemini-2.5-pro" }],
])("%s is a model and the variable that its key is in", (text, expected) => {
  const apiKey = `env:${expected.provider.toUpperCase()}_API_KEY`;

  expect(parseModelChoice(text)).toEqual({ baseUrl: null, apiKey, ...expected });
});

test.each(["", "claude-sonnet-4-5", "anthropic:", "anthropic", "recorded:x", "mistral:large", ":x"])(
  "%j is refused with what is expected",
  (text) => {
    expect(() => parseModelChoice(text)).toThrow(
      expect.objectContaining({
        code: "usage",
        cure: "--model <provider>:<name>; providers are openai, anthropic and gemini.",
      }) as Error,
    );
  },
);
