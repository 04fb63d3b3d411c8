import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** The space in which a process id means one process: this machine since it was started, and on Linux this container. */
export function processSpace(): string {
  const boot = orEmpty(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const container = orEmpty(() => readlinkSync("/proc/self/ns/pid"));
  return [hostname(), boot, container].join(" ");
}

/** Only true when it is certain: an id that was given to another process counts as alive. */
export function isProcessGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
  return isZombie(pid);
}

/** Killed, but its parent has not looked yet. */
function isZombie(pid: number): boolean {
  const stat = orEmpty(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  return stat.slice(stat.lastIndexOf(")") + 1).startsWith(" Z");
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
