import { expect, test } from "vitest";
import { nextDeliveryDelayMs } from "./notification.ts";

test("delays double from two seconds to an hour, and end after sixteen failures", () => {
  const delays = [...Array(17).keys()].map((index) => nextDeliveryDelayMs(index + 1));

  expect(delays).toEqual([
    ...[2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600, 3_600, 3_600, 3_600].map(
      (seconds) => seconds * 1_000,
    ),
    null,
    null,
  ]);
});
