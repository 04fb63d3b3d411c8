import { type CommandNode, type OptionNode, stepsOf, type ValueKind } from "./command-tree.ts";

/** A script that fish reads. */
export function renderFishCompletion(commands: readonly CommandNode[]): string {
  return [
    "# fish completion for aas. Put it into ~/.config/fish/completions/aas.fish, or: aas completion fish | source",
    "function __aas_place",
    "  set -l place ''",
    "  for word in (commandline -opc)[2..-1]",
    '    switch "$place $word"',
    `      case ${stepsOf(commands).map(quote).join(" ")}`,
    '        set place (string trim -- "$place $word")',
    "    end",
    "  end",
    "  echo $place",
    "end",
    "function __aas_at",
    "  set -l place (__aas_place)",
    '  test "$place" = "$argv[1]"',
    "end",
    "complete -c aas -f",
    ...commands.flatMap(linesOf),
  ].join("\n");
}

function linesOf({ path, children, options, argument }: CommandNode): readonly string[] {
  const at = `complete -c aas -n ${quote(`__aas_at "${path}"`)}`;
  return [
    ...children.map(({ name, description }) => `${at} -a ${quote(name)} -d ${quote(description)}`),
    ...(argument.kind === "choice" ? [`${at} -a ${quote(argument.choices.join(" "))}`] : []),
    ...(argument.kind === "file" ? [`${at} -F`] : []),
    ...options.map((option) => `${at} ${optionOf(option)}`),
  ];
}

function optionOf({ name, description, value }: OptionNode): string {
  return `-l ${name.replace(/^--/u, "")}${value === null ? "" : ` ${valueOf(value)}`} -d ${quote(description)}`;
}

function valueOf(value: ValueKind): string {
  switch (value.kind) {
    case "choice":
      return `-x -a ${quote(value.choices.join(" "))}`;
    case "file":
      return "-r -F";
    case "any":
      return "-x";
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
