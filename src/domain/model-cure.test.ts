import { expect, test } from "vitest";
import { modelCure } from "./model-cure.ts";

test("the setting that is shown can be copied into the settings as it is", () => {
  const shown = /"model": \{[^}]*\}/u.exec(modelCure)?.[0] ?? "";

  expect(JSON.parse(`{${shown}}`)).toEqual({ model: { provider: "anthropic", name: "…" } });
});

test.each(["anthropic", "openai", "gemini"])("%s is named as one that can be chosen", (provider) => {
  expect(modelCure).toContain(`"${provider}"`);
});
