import { readdirSync, readFileSync } from "node:fs";

/** The kernel counts in hundredths of a second: for work of seconds that is exact enough. */
const msPerTick = 10;

/** CPU time so far of this process and of all its children that have ended. */
export function cpuMsOfThisProcess(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + childrenTicks(process.pid) * msPerTick;
}

/** CPU time so far of a process with everything it started: what has ended is counted in its parent, what lives in itself. */
export function cpuMsOfTree(root: number): number {
  const ticks = treeOf(root).map((pid) => ownTicks(pid) + childrenTicks(pid));
  return ticks.reduce((sum, each) => sum + each, 0) * msPerTick;
}

export function treeOf(root: number): readonly number[] {
  const pids = readdirSync("/proc").map(Number).filter(Number.isSafeInteger);
  const parents = new Map(pids.map((pid) => [pid, Number(statOf(pid)[1])]));
  const tree = [root];
  for (const pid of tree) tree.push(...pids.filter((each) => parents.get(each) === pid));
  return tree;
}

function ownTicks(pid: number): number {
  const stat = statOf(pid);
  return Number(stat[11] ?? 0) + Number(stat[12] ?? 0);
}

function childrenTicks(pid: number): number {
  const stat = statOf(pid);
  return Number(stat[13] ?? 0) + Number(stat[14] ?? 0);
}

/** From the state on: what stands before it may hold blanks. Empty for a process that is gone. */
function statOf(pid: number): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}
