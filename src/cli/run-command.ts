import { diskFull, isOfFullDisk } from "../domain/full-disk.ts";
import { AasError, isAasError, messageOf } from "../domain/errors.ts";
import { exitCodeOfError, exitCodes } from "./exit-codes.ts";
import { type Terminal } from "./terminal.ts";

/** What a command leaves: the same content for people and for scripts, and a number for the shell. */
export interface CommandResult {
  readonly text: string;
  readonly result: unknown;
  readonly exitCode?: number;
  /** Another program may want the text byte for byte. */
  readonly form?: "exact";
}

/** Runs one command to its end: prints its answer or its error in the form that was asked for, and sets the exit code. */
export async function runCommand(
  name: string,
  terminal: Terminal,
  command: () => Promise<CommandResult>,
): Promise<void> {
  try {
    const { text, result, exitCode = exitCodes.success, form } = await command();
    if (terminal.isJson)
      terminal.answer(JSON.stringify({ schemaVersion: 1, command: name, ok: exitCode === 0, result }));
    else if (text !== "") terminal.answer(text, form);
    process.exitCode = exitCode;
  } catch (error) {
    process.exitCode = reportError(name, terminal, error);
  }
}

function reportError(name: string, terminal: Terminal, thrown: unknown): number {
  const error = nameOf(thrown);
  if (terminal.isJson) {
    const { code, message, cure, retryable } = error;
    terminal.answer(
      JSON.stringify({
        schemaVersion: 1,
        command: name,
        ok: false,
        error: { code, message, fix: cure, retryable },
      }),
    );
  } else {
    terminal.say(`error: ${error.message}`);
    if (error.cure !== null) terminal.say(`  fix: ${error.cure}`);
    if (error.code === "internal") terminal.say(describeSurprise(thrown));
  }
  return exitCodeOfError(error.code);
}

function nameOf(thrown: unknown): AasError {
  if (isAasError(thrown)) return thrown;
  if (isOfFullDisk(thrown)) return diskFull(messageOf(thrown), thrown);
  return new AasError("internal", messageOf(thrown), { cause: thrown });
}

/** A surprise is a fault of ours: its stack is what we need to mend it. */
function describeSurprise(thrown: unknown): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? "") : "";
  return `This should not happen. Please report it with these lines:\n${stack}`;
}
