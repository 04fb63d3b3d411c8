import type { Argument, Command, Option } from "commander";

/** A command as completion sees it. */
export interface CommandNode {
  /** `task add`; empty for the program itself. */
  readonly path: string;
  readonly children: readonly Named[];
  readonly options: readonly OptionNode[];
  readonly argument: ValueKind;
}

export interface Named {
  readonly name: string;
  readonly description: string;
}

export interface OptionNode extends Named {
  /** `--plan` is a name; this is null when nothing follows it. */
  readonly value: ValueKind | null;
}

export type ValueKind =
  | { readonly kind: "any" }
  | { readonly kind: "file" }
  | { readonly kind: "choice"; readonly choices: readonly string[] };

/** Every command of the program, each before those below it. */
export function listCommands(program: Command): readonly CommandNode[] {
  return walk(program, "");
}

function walk(command: Command, path: string): readonly CommandNode[] {
  const node: CommandNode = {
    path,
    children: command.commands.map((child) => ({ name: child.name(), description: child.description() })),
    options: [
      ...command.options.map(toOption),
      { name: "--help", description: "how it is used", value: null },
    ],
    argument: valueOfArgument(command.registeredArguments.at(0)),
  };
  return [node, ...command.commands.flatMap((child) => walk(child, `${path} ${child.name()}`.trim()))];
}

function toOption(option: Option): OptionNode {
  const takesValue = option.required || option.optional;
  return {
    name: option.long ?? option.short ?? "",
    description: option.description,
    value: takesValue ? valueOf(option.argChoices, /<file>/u.test(option.flags)) : null,
  };
}

function valueOfArgument(argument: Argument | undefined): ValueKind {
  return argument === undefined ? { kind: "any" } : valueOf(argument.argChoices, argument.name() === "file");
}

function valueOf(choices: readonly string[] | undefined, isFile: boolean): ValueKind {
  if (choices !== undefined) return { kind: "choice", choices };
  return isFile ? { kind: "file" } : { kind: "any" };
}

/** How the words typed so far lead to a command: `place` is the path before a word, with a space behind it. */
export function stepsOf(commands: readonly CommandNode[]): readonly string[] {
  return commands.flatMap(({ path, children }) => children.map(({ name }) => `${path} ${name}`));
}
