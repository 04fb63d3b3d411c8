import { spawnSync } from "node:child_process";
import { median } from "./row.ts";

export interface MeasuredCommand {
  readonly name: string;
  readonly argv: readonly string[];
  readonly cwd: string;
}

/**
 * CPU time of commands, median of `times`, taken in turn so that a busy moment of the machine falls on all of them. Bash
 * waits for the command and prints what the kernel says that it used (getrusage of its children, to the millisecond):
 * Node can only ask for itself, and /proc forgets a process as it ends.
 */
export function measureCommands(
  commands: readonly MeasuredCommand[],
  times: number,
): ReadonlyMap<string, number> {
  const taken = new Map<string, number[]>(commands.map(({ name }) => [name, []]));
  for (const command of commands) cpuMsOf(command);
  for (let time = 0; time < times; time += 1) {
    for (const command of commands) taken.get(command.name)?.push(cpuMsOf(command));
  }
  return new Map([...taken].map(([name, figures]) => [name, median(figures)]));
}

const script = 'TIMEFORMAT="%3U %3S"; time "$@" >/dev/null 2>&1';

function cpuMsOf({ name, argv, cwd }: MeasuredCommand): number {
  const env = { ...process.env, INIT_CWD: cwd };
  const result = spawnSync("bash", ["-c", script, "bash", ...argv], { cwd, env, encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${name} ended with ${result.status}: ${result.stderr}`);
  const [user = Number.NaN, system = Number.NaN] = result.stderr.trim().split(" ").map(Number);
  return (user + system) * 1000;
}
