import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { isProcessGone, processSpace } from "./process-identity.ts";

test("a process is gone when it has ended, and not before", async () => {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  const pid = child.pid ?? 0;
  const wasGone = isProcessGone(pid);

  child.stdin.end();
  await once(child, "exit");

  expect(wasGone).toBe(false);
  expect(isProcessGone(pid)).toBe(true);
});

test("processes of one machine share a space", () => {
  expect(processSpace()).toBe(processSpace());
  expect(processSpace().trim()).not.toBe("");
});
