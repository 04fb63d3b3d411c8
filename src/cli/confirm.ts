import { createInterface } from "node:readline/promises";
import { AasError } from "../domain/errors.ts";
import type { Terminal } from "./terminal.ts";

/** Asks a person; without one the flag must have answered. A no stops the command. */
export async function confirm(terminal: Terminal, question: string, isAnswered: boolean): Promise<void> {
  if (isAnswered) return;
  if (!terminal.isInteractive) {
    throw new AasError("usage", `${question} Nobody can answer here.`, { cure: "Add --yes." });
  }
  const answer = await ask(`${question} [y/N] `);
  if (!/^y(?:es)?$/iu.test(answer.trim())) throw new AasError("canceled", "Nothing was changed.");
}

/** One line from the person; an interrupted prompt is an empty answer. */
export async function ask(prompt: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await reader.question(prompt);
  } catch {
    return "";
  } finally {
    reader.close();
  }
}
