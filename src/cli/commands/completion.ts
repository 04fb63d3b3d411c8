import type { Command } from "commander";
import { AasError } from "../../domain/errors.ts";
import { renderBashCompletion } from "../completion/bash-completion.ts";
import { type CommandNode, listCommands } from "../completion/command-tree.ts";
import { renderFishCompletion } from "../completion/fish-completion.ts";
import { renderZshCompletion } from "../completion/zsh-completion.ts";
import type { CommandFunction } from "../register.ts";

const renderers: Readonly<Record<string, (commands: readonly CommandNode[]) => string>> = {
  bash: renderBashCompletion,
  zsh: renderZshCompletion,
  fish: renderFishCompletion,
};

/** `aas completion <shell>`: a script made from the very commands that the program has. */
export function completionOf(program: Command): CommandFunction {
  return async (_terminal, args) => {
    const shell = args[0] ?? "";
    const render = Object.hasOwn(renderers, shell) ? renderers[shell] : undefined;
    if (render === undefined) {
      throw new AasError("usage", `There is no completion for the shell ${JSON.stringify(shell)}.`, {
        cure: `Use ${Object.keys(renderers).join(", ")}.`,
      });
    }
    const script = render(listCommands(program));
    return { text: script, result: { shell, script } };
  };
}
