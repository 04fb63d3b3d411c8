import { expect, test } from "vitest";
import { exceedsMemory } from "./sandbox-memory.ts";

test("what has ended holds no memory", () => {
  expect(exceedsMemory(0x7fff_ffff, 0)).toBe(false);
});

test("a process is seen with all that its pid namespace holds", () => {
  // Our own process: its /proc lists the namespace that this test runs in.
  expect(exceedsMemory(process.pid, 1024 ** 2)).toBe(true);
  expect(exceedsMemory(process.pid, 1024 ** 5)).toBe(false);
});
