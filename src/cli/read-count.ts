import { AasError } from "../domain/errors.ts";
import type { Options } from "./register.ts";

/** A whole number from 1; a typing error is not taken for the default. */
export function readCount(options: Options, name: string, atMost: number): number {
  const text = String(options[name]);
  const count = Number(text);
  if (/^\d{1,9}$/u.test(text) && count >= 1 && count <= atMost) return count;
  throw new AasError(
    "usage",
    `--${name} ${JSON.stringify(text)} is not a whole number from 1 to ${atMost}.`,
    {
      cure: `--${name} 2`,
    },
  );
}
