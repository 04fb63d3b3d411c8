import { expect, test } from "vitest";
import { cureForRefusal, findBreaches } from "./sandbox-health.ts";

const held = `canary=hidden
user=1000
interfaces=lo 
environment=
capabilities=0000000000000000 
seccomp=2
system=readonly
namespaces=closed
`;

test("when all walls hold there is nothing to report", () => {
  expect(findBreaches(held)).toEqual([]);
});

test("a wall that does not hold is named with what was seen", () => {
  const seen = held
    .replace("interfaces=lo ", "interfaces=lo eth0 ")
    .replace("environment=", "environment=API_KEY ");

  expect(findBreaches(seen)).toEqual(["interfaces: lo eth0", "environment: API_KEY"]);
});

test("a self-test that says nothing proves nothing", () => {
  expect(findBreaches("")).toHaveLength(8);
});

test.each([
  ["kernel/apparmor_restrict_unprivileged_userns", "1", "AppArmor profile for bwrap"],
  ["kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"],
  ["user/max_user_namespaces", "0", "user.max_user_namespaces="],
  ["none of them", "", "in a container"],
])("the cure fits the setting %s", (setting, value, cure) => {
  expect(cureForRefusal((path) => (path === setting ? value : null))).toContain(cure);
});
