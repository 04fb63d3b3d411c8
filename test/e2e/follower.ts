import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../bin/aas.mjs", import.meta.url));

export interface Follower {
  /** Settles when it has said this, on either stream. */
  said(text: string): Promise<void>;
  interrupt(): void;
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
}

/** A command that goes on by itself, as in a terminal that somebody may press Ctrl-C in. */
export function startFollower(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Follower {
  const child = spawn(process.execPath, [program, ...args], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const listeners = new Set<() => void>();
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<{ readonly code: number | null; readonly said: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, said }));
  });
  return {
    ended,
    interrupt: () => void child.kill("SIGINT"),
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (said.includes(text)) resolve();
        };
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`It ended without saying ${text}: ${said}`)));
      }),
  };
}
