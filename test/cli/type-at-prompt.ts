import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { CommandLine } from "./command-line.ts";

const program = fileURLToPath(new URL("../../bin/aas.mjs", import.meta.url));

/** A pseudo-terminal needs the system's `script`. */
export const hasScript = spawnSync("script", ["--version"]).status === 0;

export interface Typed {
  readonly code: number | null;
  readonly screen: string;
}

export interface Typing {
  readonly cwd: string;
  /** How every prompt ends. */
  readonly prompt: string;
  /** One is typed each time that a prompt stands on the screen. */
  readonly keys: readonly string[];
}

/** The real program on a real pseudo-terminal, at which somebody types. */
export function typeAtPrompt(
  line: CommandLine,
  args: readonly string[],
  { cwd, prompt, keys }: Typing,
): Promise<Typed> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: line.folder,
    AAS_STATE_HOME: line.stateFolder,
    TERM: "xterm-256color",
  };
  const command = `'${process.execPath}' '${program}' ${args.join(" ")}`;
  const child = spawn("script", ["-qec", command, "/dev/null"], { cwd, env, timeout: 60_000 });
  const left = [...keys];
  let screen = "";
  let answered = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    screen += chunk.toString();
    if (screen.split(prompt).length - 1 <= answered) return;
    answered += 1;
    child.stdin.write(left.shift() ?? "");
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, screen }));
  });
}
