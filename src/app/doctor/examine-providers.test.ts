import { expect, test } from "vitest";
import { examineProviders } from "./examine-providers.ts";

test("a provider that nobody asks for a while is told with why, how long, and what to do", () => {
  const diagnoses = examineProviders([
    { provider: "openai", cause: "busy", sinceMs: 0, waitMs: 3_540_000 },
    { provider: "gemini", cause: "away", sinceMs: 0, waitMs: 900 },
  ]);

  expect(diagnoses.map(({ id, verdict, detail }) => [id, verdict, detail])).toEqual([
    ["provider", "warn", "openai wants to be asked less often: nobody asks it for the next 59 minutes"],
    ["provider", "warn", "gemini is away: nobody asks it for the next 1 minute"],
  ]);
  expect(diagnoses.map(({ cure }) => cure)).toEqual([
    expect.stringContaining("model.baseUrl"),
    expect.stringContaining("model.baseUrl"),
  ]);
});

test("where all may be asked nothing is said", () => {
  expect(examineProviders([])).toEqual([]);
});
