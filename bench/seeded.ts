/** Printed beside every figure that depends on it. */
export const seed = 20_261_120;

/** The same numbers between 0 and 1 for the same seed, on every machine (mulberry32). */
export function seededNumbers(from = seed): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
