import { type CommandNode, type Named, stepsOf, type ValueKind } from "./command-tree.ts";

/** A script that zsh reads; `path` and `words` are names of its own there. */
export function renderZshCompletion(commands: readonly CommandNode[]): string {
  return [
    "#compdef aas",
    "# zsh completion for aas. Put it into a folder of $fpath as _aas, or: source <(aas completion zsh)",
    "_aas() {",
    '  local place="" index',
    "  local -a offered",
    "  for ((index = 2; index < CURRENT; index++)); do",
    '    case "$place ${words[index]}" in',
    `      (${stepsOf(commands).map(quote).join("|")}) place="\${place:+$place }\${words[index]}" ;;`,
    "    esac",
    "  done",
    '  case "$place ${words[CURRENT - 1]}" in',
    ...commands.flatMap(valueCases),
    "  esac",
    '  case "$place" in',
    ...commands.map(placeCase),
    "  esac",
    "  _describe 'aas' offered",
    "}",
    "compdef _aas aas",
  ].join("\n");
}

function valueCases({ path, options }: CommandNode): readonly string[] {
  return options.flatMap(({ name, value }) =>
    value === null ? [] : [`    (${quote(`${path} ${name}`)}) ${offer(value)}return ;;`],
  );
}

function offer(value: ValueKind): string {
  switch (value.kind) {
    case "choice":
      return `compadd -- ${value.choices.map(quote).join(" ")}; `;
    case "file":
      return "_files; ";
    case "any":
      return "";
  }
}

function placeCase({ path, children, options, argument }: CommandNode): string {
  const choices = argument.kind === "choice" ? argument.choices : [];
  const offered = [...children, ...choices.map((name) => ({ name, description: "" })), ...options].map(
    describe,
  );
  const files = argument.kind === "file" ? "_files; " : "";
  return `    (${quote(path)}) ${files}offered=(${offered.join(" ")}) ;;`;
}

/** `name:what it does`; a colon in the name would end it. */
function describe({ name, description }: Named): string {
  return quote(description === "" ? name : `${name.replaceAll(":", "\\:")}:${description}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
