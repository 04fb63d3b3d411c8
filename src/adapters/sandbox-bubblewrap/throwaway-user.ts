import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";

/**
 * Root is not bound by process limits, so a job of root runs as a user of its own whom nobody else uses: then it shares no
 * limit, file or signal with another job. Null when the machine (a container) has no free user to give.
 */
export function chooseThrowawayUser(
  uidMap: string = readFileSync("/proc/self/uid_map", "latin1"),
): number | null {
  const mapped = uidMap
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/u).map(Number));
  const range = freeRanges.find(({ first, count }) =>
    mapped.some(([start = 0, , length = 0]) => start <= first && first + count <= start + length),
  );
  return range === undefined ? null : randomInt(range.first, range.first + range.count);
}

/**
 * The first is above everything that distributions, containers and systemd hand out; the second, for containers that map
 * only 65536 users, is above people and below what systemd makes up.
 */
const freeRanges = [
  { first: 0x7000_0000, count: 0x0800_0000 },
  { first: 40_000, count: 19_000 },
];
