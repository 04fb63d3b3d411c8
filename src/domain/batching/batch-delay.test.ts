import { expect, test } from "vitest";
import { sampleTime } from "../../testing/samples.ts";
import { isBatchDelayed } from "./batch-delay.ts";

const submitted = { status: "submitted", providerRef: "batch_1", since: sampleTime(0) } as const;

test("a batch is delayed when its provider has had it for more than an hour", () => {
  expect(isBatchDelayed(submitted, sampleTime(60))).toBe(false);
  expect(isBatchDelayed(submitted, sampleTime(61))).toBe(true);
});

test("a batch that is not there yet, or back, is not delayed", () => {
  expect(isBatchDelayed({ status: "intended" }, sampleTime(600))).toBe(false);
  expect(isBatchDelayed({ status: "completed", providerRef: "batch_1" }, sampleTime(600))).toBe(false);
});
