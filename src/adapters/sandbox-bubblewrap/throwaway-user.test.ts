import { expect, test } from "vitest";
import { chooseThrowawayUser } from "./throwaway-user.ts";

test("on a whole machine the user is far above all that anybody hands out", () => {
  const users = Array.from(
    { length: 50 },
    () => chooseThrowawayUser("         0          0 4294967295\n") ?? 0,
  );

  expect(Math.min(...users)).toBeGreaterThanOrEqual(0x7000_0000);
  expect(Math.max(...users)).toBeLessThan(0x7800_0000);
  expect(new Set(users).size).toBeGreaterThan(45);
});

test("in a container with 65536 users it is one of those that nobody has", () => {
  const user = chooseThrowawayUser("0 1000 1\n1 100000 65535\n") ?? 0;

  expect(user).toBeGreaterThanOrEqual(40_000);
  expect(user).toBeLessThan(59_000);
});

test("in a container with a single user there is none to give", () => {
  expect(chooseThrowawayUser("0 1000 1\n")).toBeNull();
});
