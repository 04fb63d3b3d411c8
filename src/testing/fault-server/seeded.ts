import { createHash } from "node:crypto";

/** A number in [0, 1) that is always the same for the same seed and keys, whatever was asked before. */
export function chanceOf(seed: number, ...keys: readonly (string | number)[]): number {
  return hashOf(seed, ...keys).readUIntBE(0, 6) / 2 ** 48;
}

export function hexOf(length: number, seed: number, ...keys: readonly (string | number)[]): string {
  return hashOf(seed, ...keys)
    .toString("hex")
    .slice(0, length);
}

/** Numbered from 0 to one below `count`. */
export function pickOf(count: number, seed: number, ...keys: readonly (string | number)[]): number {
  return Math.floor(chanceOf(seed, ...keys) * count);
}

function hashOf(seed: number, ...keys: readonly (string | number)[]): Buffer {
  return createHash("sha256")
    .update(JSON.stringify([seed, ...keys]))
    .digest();
}
