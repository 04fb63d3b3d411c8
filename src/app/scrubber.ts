import type { Environment } from "./environment.ts";

const secretNames = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/iu;

/** Shorter values would hide ordinary words. */
const shortestSecret = 8;

/** Takes the values of everything that is named like a secret out of a text, wherever they stand in it. */
export function makeScrubber(env: Environment): (text: string) => string {
  const values = Object.entries(env)
    .filter(
      ([name, value]) => secretNames.test(name) && value !== undefined && value.length >= shortestSecret,
    )
    .map(([, value]) => value ?? "")
    .toSorted((a, b) => b.length - a.length);
  return (text) => values.reduce((scrubbed, value) => scrubbed.replaceAll(value, "[secret]"), text);
}
