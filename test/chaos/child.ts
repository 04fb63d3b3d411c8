import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of the story; it ends when its parent does, because its standard input closes. */
export interface Child {
  readonly pid: number;
  readonly ended: Promise<ChildEnd>;
  isAlive(): boolean;
  /** Whether it is asleep by SIGSTOP. */
  isStopped(): boolean;
  signal(signal: NodeJS.Signals): void;
}

export function startChild(
  script: string,
  args: readonly string[],
  options: { readonly env: Readonly<Record<string, string>>; readonly logFile: string },
): Child {
  const log = openSync(options.logFile, "a");
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ["pipe", log, log],
    env: { ...options.env },
  });
  closeSync(log);
  child.stdin?.on("error", () => undefined);
  return toChild(child);
}

function toChild(child: ChildProcess): Child {
  const { pid } = child;
  if (pid === undefined) throw new Error("A process of the story could not be started");
  const ended = new Promise<ChildEnd>((resolve) => {
    child.on("exit", (code, signal) => resolve({ code, signal }));
  });
  return {
    pid,
    ended,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    isStopped: () => {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      return stat.slice(stat.lastIndexOf(")") + 1).startsWith(" T");
    },
    signal: (signal) => void child.kill(signal),
  };
}
