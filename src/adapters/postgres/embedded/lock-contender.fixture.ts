/** Takes the lock some times, adds one to the count in a file each time, and dies holding the lock. */
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { underStartLock } from "./start-lock.ts";

const [lockFile = "", countFile = "", rounds = "1"] = process.argv.slice(2);

for (let round = 1; round <= Number(rounds); round += 1) {
  const options = { lockFile, deadlineAt: Date.now() + 20_000, otherwise: () => Promise.resolve(null) };
  await underStartLock(options, async () => {
    const before = Number(readFileSync(countFile, "utf8"));
    await delay(1);
    writeFileSync(countFile, String(before + 1));
    if (round === Number(rounds)) process.kill(process.pid, "SIGKILL");
  });
}
