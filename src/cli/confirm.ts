import { createInterface, type Interface } from "node:readline/promises";
import { AasError } from "../domain/errors.ts";
import type { Terminal } from "./terminal.ts";

/** Asks a person; without one the flag must have answered. A no stops the command. */
export async function confirm(terminal: Terminal, question: string, isAnswered: boolean): Promise<void> {
  if (isAnswered) return;
  if (!terminal.isInteractive) {
    throw new AasError("usage", `${question} Nobody can answer here.`, { cure: "Add --yes." });
  }
  await demandYes(question, "no");
}

type YesOrNo = "yes" | "no";

/** `onEnter` is what an empty line says. A no and an interrupted prompt stop the command. */
export async function demandYes(question: string, onEnter: YesOrNo): Promise<void> {
  const choice = onEnter === "yes" ? "[Y/n]" : "[y/N]";
  const answer = await withReader(async (reader) => {
    for (let prompt = `${question} ${choice} `; ; prompt = `  Please answer y or n ${choice} `) {
      const understood = readYesOrNo(await reader.question(prompt), onEnter);
      if (understood !== null) return understood;
    }
  });
  if (answer === "no") throw new AasError("canceled", "Nothing was changed.");
}

/** Null: neither of both, such as a typing error. */
function readYesOrNo(line: string, onEnter: YesOrNo): YesOrNo | null {
  const word = line.trim().toLowerCase();
  if (word === "") return onEnter;
  return (["yes", "no"] as const).find((each) => each === word || each.charAt(0) === word) ?? null;
}

/** One line from the person; an interrupted prompt stops the command. */
export async function ask(prompt: string): Promise<string> {
  return withReader((reader) => reader.question(prompt));
}

/** Ctrl-C, Ctrl-D and a terminal that went away answer nothing: they are never taken for an empty line. */
async function withReader<Answer>(read: (reader: Interface) => Promise<Answer>): Promise<Answer> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<never>((_resolve, reject) => {
    reader.once("close", () => reject(new Error("The prompt was closed.")));
  });
  try {
    return await Promise.race([closed, read(reader)]);
  } catch (error) {
    throw new AasError("canceled", "Interrupted: nothing was changed.", { cause: error });
  } finally {
    reader.close();
  }
}
