import { expect, test } from "vitest";
import { parseDuration, readDuration } from "./duration.ts";

test("times with a unit become milliseconds", () => {
  const texts = ["250ms", "30s", "5m", "24h", "7d"];

  expect(texts.map((text) => parseDuration(text, "x"))).toEqual([
    250, 30_000, 300_000, 86_400_000, 604_800_000,
  ]);
});

test.each(["", "24", "h", "1.5h", "-1h", "0s", "24 h", "1H", "1w", "367d", "1e3s", "٣s", "24h\n"])(
  "%j is no time",
  (text) => {
    expect(readDuration(text)).toBeNull();
  },
);

test("the error names the setting, the value, what is expected and the cure", () => {
  expect(() => parseDuration("24", "limits.runTimeout")).toThrow(
    expect.objectContaining({
      code: "config_invalid",
      message:
        'limits.runTimeout is "24"; expected a time with its unit, such as "30s", "5m", "24h" or "7d" (at most 366d).',
      cure: "Write limits.runTimeout with a unit: ms, s, m, h or d.",
    }) as Error,
  );
});
