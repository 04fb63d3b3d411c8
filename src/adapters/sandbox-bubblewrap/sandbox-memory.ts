import { readdirSync, readFileSync } from "node:fs";

/**
 * Whether the processes of a sandbox together hold more memory than allowed. `init` is the sandbox's first process as the
 * host sees it: the /proc mounted for it lists exactly the processes of its pid namespace and nothing else.
 */
export function exceedsMemory(init: number, limitBytes: number): boolean {
  const processes = listProcesses(`/proc/${init}/root/proc`);
  // Resident sizes are cheap and count shared pages once per process: an upper bound that is nearly always enough.
  if (sum(processes.map(residentBytes)) <= limitBytes) return false;
  return sum(processes.map((folder) => proportionalBytes(folder) ?? residentBytes(folder))) > limitBytes;
}

function listProcesses(procFolder: string): readonly string[] {
  return (readdirIfThere(procFolder) ?? [])
    .filter((name) => /^\d+$/u.test(name))
    .map((name) => `${procFolder}/${name}`);
}

function residentBytes(folder: string): number {
  return kilobytes(readIfThere(`${folder}/status`) ?? "", /^Vm(?:RSS|Swap):\s+(?<kb>\d+) kB$/gmu);
}

/** Null when the kernel does not let us look; a program may forbid that about itself. */
function proportionalBytes(folder: string): number | null {
  const rollup = readIfThere(`${folder}/smaps_rollup`);
  return rollup === null ? null : kilobytes(rollup, /^(?:Pss|SwapPss):\s+(?<kb>\d+) kB$/gmu);
}

function kilobytes(text: string, pattern: RegExp): number {
  return sum([...text.matchAll(pattern)].map((match) => Number(match.groups?.["kb"]) * 1024));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function readdirIfThere(folder: string): readonly string[] | null {
  try {
    return readdirSync(folder);
  } catch {
    return null;
  }
}

/** Processes end while we look at them. */
function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}
