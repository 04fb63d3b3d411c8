import { mkdirSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { tryProcessLock } from "./process-lock.ts";

/**
 * Takes the lock so many times. Each time it leaves it as a process does that dies: with a name in it that nobody alive
 * has; the last time it really dies. Two inside at once cannot both make the folder.
 */
const [file = "", times = "1"] = process.argv.slice(2);
for (let taken = 0; taken < Number(times);) {
  if (tryProcessLock(file) === null) {
    await turn();
    continue;
  }
  taken += 1;
  mkdirSync(`${file}.inside`);
  await turn();
  rmdirSync(`${file}.inside`);
  if (taken === Number(times)) process.kill(process.pid, "SIGKILL");
  const dead = `${file}.dead-${process.pid}`;
  writeFileSync(dead, `${process.pid} dead-${taken}\n`);
  renameSync(dead, file);
}
