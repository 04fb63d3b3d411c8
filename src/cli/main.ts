import { Command, CommanderError } from "commander";
import { addAutomateCommands } from "./commands/automate-commands.ts";
import { addProjectCommands } from "./commands/project-commands.ts";
import { exitCodes } from "./exit-codes.ts";

/** The command line. Only names and options are known here: what a command does is loaded when it is called. */
export function makeProgram(): Command {
  const program = new Command("aas")
    .description("A goal in plain words goes in; tested, reviewed, merged code comes out.")
    .option("--json", "print one JSON document (NDJSON events while following)")
    .showHelpAfterError("(aas --help lists the commands)")
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride();
  addProjectCommands(program);
  addAutomateCommands(program);
  return program;
}

export async function main(args: readonly string[]): Promise<void> {
  try {
    await makeProgram().parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
    if (process.exitCode === exitCodes.usage && args.includes("--json")) answerUsageError(error.message);
  }
}

/** Scripts get the envelope for a misspelled option too; people have read it on stderr already. */
function answerUsageError(message: string): void {
  const error = {
    code: "usage",
    message: message.replace(/^error: /u, ""),
    fix: "aas --help",
    retryable: false,
  };
  process.stdout.write(`${JSON.stringify({ schemaVersion: 1, command: "aas", ok: false, error })}\n`);
}
