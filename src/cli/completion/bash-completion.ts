import { type CommandNode, stepsOf, type ValueKind } from "./command-tree.ts";

/** A script that bash reads; it also runs on the bash 3.2 of macOS. */
export function renderBashCompletion(commands: readonly CommandNode[]): string {
  return [
    "# bash completion for aas. For this shell: source <(aas completion bash)",
    "_aas() {",
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD - 1]}" place="" offered="" index',
    "  for ((index = 1; index < COMP_CWORD; index++)); do",
    '    case "$place ${COMP_WORDS[index]}" in',
    `      ${stepsOf(commands).map(quote).join(" | ")})`,
    '        place="${place:+$place }${COMP_WORDS[index]}" ;;',
    "    esac",
    "  done",
    "  COMPREPLY=()",
    '  case "$place $previous" in',
    ...commands.flatMap(valueCases),
    "  esac",
    '  case "$place" in',
    ...commands.map(placeCase),
    "  esac",
    '  COMPREPLY=($(compgen -W "$offered" -- "$current"))',
    '  case "$place" in',
    ...commands
      .filter(({ argument }) => argument.kind === "file")
      .map(({ path }) => `    ${quote(path)}) _aas_files ;;`),
    "  esac",
    "}",
    "_aas_files() {",
    "  local IFS=$'\\n'",
    '  COMPREPLY+=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))',
    "}",
    "complete -F _aas aas",
  ].join("\n");
}

/** What may follow an option that takes a value. */
function valueCases({ path, options }: CommandNode): readonly string[] {
  return options.flatMap(({ name, value }) =>
    value === null ? [] : [`    ${quote(`${path} ${name}`)}) ${offer(value)}return ;;`],
  );
}

function offer(value: ValueKind): string {
  switch (value.kind) {
    case "choice":
      return `COMPREPLY=($(compgen -W ${quote(value.choices.join(" "))} -- "$current")); `;
    case "file":
      return "_aas_files; ";
    case "any":
      return "";
  }
}

function placeCase({ path, children, options, argument }: CommandNode): string {
  const choices = argument.kind === "choice" ? argument.choices : [];
  const words = [...children.map(({ name }) => name), ...choices, ...options.map(({ name }) => name)];
  return `    ${quote(path)}) offered=${quote(words.join(" "))} ;;`;
}

/** Names of commands and options hold nothing that a shell looks at, but their choices come from elsewhere. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
