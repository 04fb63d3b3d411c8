import type { Command } from "commander";
import { type CommandResult, runCommand } from "./run-command.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

/** Options as commander gives them; each command reads its own. */
export type Options = Readonly<Record<string, string | boolean | undefined>>;

export type CommandFunction = (
  terminal: Terminal,
  args: readonly string[],
  options: Options,
) => Promise<CommandResult>;

/** Ties a command's name and options to the function that does it, which is loaded only now. */
export function register(command: Command, name: string, load: () => Promise<CommandFunction>): void {
  command.option("--json", "print JSON").exitOverride();
  command.action(async (...given: unknown[]) => {
    const self = given.at(-1) as Command;
    // An argument that may be repeated comes as a list.
    const args = given
      .slice(0, -2)
      .flat()
      .filter((each) => typeof each === "string");
    const options = self.optsWithGlobals<Options>();
    const terminal = openTerminal({ json: options["json"] === true });
    await runCommand(name, terminal, async () => (await load())(terminal, args, options));
  });
}
