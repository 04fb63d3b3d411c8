import { styleText } from "node:util";

const colours = {
  done: "green",
  landed: "green",
  resumed: "cyan",
  partial: "yellow",
  paused: "yellow",
  "needs you": "yellow",
  failed: "red",
  failure: "red",
  canceled: "red",
} as const;

/** Colours the word in brackets, for a terminal that wants colours; the word itself says it all without. */
export function paint(line: string): string {
  return line.replace(/\[(?<word>[a-z ]+)\]/u, (bracketed, word: string) => {
    const colour = colours[word as keyof typeof colours] as
      | (typeof colours)[keyof typeof colours]
      | undefined;
    return colour === undefined ? bracketed : styleText(colour, bracketed, { stream: process.stderr });
  });
}
