import { Command, CommanderError } from "commander";
import { addAutomateCommands } from "./commands/automate-commands.ts";
import { addBatchCommands } from "./commands/batch-commands.ts";
import { addProjectCommands } from "./commands/project-commands.ts";
import { exitCodes } from "./exit-codes.ts";

/** The command line. Only names and options are known here: what a command does is loaded when it is called. */
export function makeProgram(): Command {
  const program = new Command("aas")
    .description("A goal in plain words goes in; tested, reviewed, merged code comes out.")
    .option("-V, --version", "print the version")
    .option("--json", "print one JSON document (NDJSON events while following)")
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride();
  addProjectCommands(program);
  addAutomateCommands(program);
  addBatchCommands(program);
  return program;
}

export async function main(args: readonly string[]): Promise<void> {
  surviveLostOutput();
  if (args.length === 1 && ["-V", "--version"].includes(args[0] ?? "")) return printVersion();
  try {
    await makeProgram().parseAsync(helpLast(args), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
    if (process.exitCode === exitCodes.usage) answerUsageError(error, args);
  }
}

/** An answer that cannot be written is said to be lost where that still can be read; who reads no more gets no more. */
function surviveLostOutput(): void {
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    process.stderr.write(`error: the answer could not be written: ${error.message}\n`);
    process.exitCode = exitCodes.failure;
  });
}

/** `help automate approve` means what `automate approve --help` says; commander knows one word after `help`. */
function helpLast(args: readonly string[]): string[] {
  const [first, ...rest] = args;
  return first === "help" && rest.length > 1 ? [...rest, "--help"] : [...args];
}

async function printVersion(): Promise<void> {
  const { packageVersion } = await import("../app/package-root.ts");
  process.stdout.write(`${packageVersion()}\n`);
}

/** Scripts get the envelope for a misspelled option too; people have read it on stderr already. */
function answerUsageError({ message, code }: CommanderError, args: readonly string[]): void {
  const fix = `${commandOf(args).join(" ")} --help`;
  if (!args.includes("--json")) {
    if (code === "commander.unknownCommand") suggestAutomate(args[0] ?? "");
    if (code === "commander.excessArguments" && args[0] === "automate")
      process.stderr.write('(A goal is one argument: aas automate "Add due dates to todos")\n');
    process.stderr.write(`(${fix} says more)\n`);
    return;
  }
  const error = { code: "usage", message: message.replace(/^error: /u, ""), fix, retryable: false };
  process.stdout.write(`${JSON.stringify({ schemaVersion: 1, command: "aas", ok: false, error })}\n`);
}

/** The command that was meant, as far as it is known. */
function commandOf(args: readonly string[]): readonly string[] {
  const words = ["aas"];
  let command = makeProgram();
  for (const word of args.filter((each) => !each.startsWith("-"))) {
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) break;
    command = next;
    words.push(word);
  }
  return words;
}

/** `aas status` is what everybody types first; it lives one word further. */
function suggestAutomate(name: string): void {
  const automate = makeProgram().commands.find((command) => command.name() === "automate");
  if (automate?.commands.some((command) => command.name() === name) === true)
    process.stderr.write(`(Did you mean aas automate ${name}?)\n`);
}
