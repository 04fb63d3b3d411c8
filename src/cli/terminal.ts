import { paint } from "./render/paint.ts";
import { toVisibleText } from "./render/visible-text.ts";

/** What a command may use of the world around it. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Somebody sits there: prompts and colours are welcome. */
  readonly isInteractive: boolean;
  readonly isJson: boolean;
  /** Answers go here; what another program reads byte for byte is exact unless a terminal shows it. */
  answer(text: string, form?: "exact"): void;
  /** Talk goes here: progress, hints, warnings. Of a line that is an event the word in brackets has its colour. */
  say(text: string, form?: "event"): void;
}

export function openTerminal(options: { readonly json: boolean }): Terminal {
  const { env } = process;
  const isPlain = env["CI"] === "true" || env["TERM"] === "dumb";
  return {
    // npm scripts start in the package's folder; the person stands elsewhere.
    cwd: env["INIT_CWD"] ?? process.cwd(),
    env,
    isInteractive: process.stdin.isTTY && process.stderr.isTTY && !isPlain && !options.json,
    isJson: options.json,
    answer: (text, form) => {
      const isExact = options.json || (form === "exact" && !process.stdout.isTTY);
      process.stdout.write(withLineEnd(isExact ? text : toVisibleText(text)));
    },
    say: (text, form) => {
      // Colours come last: whatever was in the text before is shown and not obeyed.
      const shown = toVisibleText(text);
      process.stderr.write(withLineEnd(form === "event" ? paint(shown) : shown));
    },
  };
}

function withLineEnd(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
