const most = 0.1;
const steps = 2_000;

/** A time that is up to a tenth shorter or longer, always the same for one seed: what starts together need not meet again. */
export function spreadMs(ms: number, seed: string): number {
  const share = (hashOf(seed) % (steps + 1)) / steps;
  return Math.round(ms * (1 - most + 2 * most * share));
}

/** FNV-1a, 32 bits: seeds that differ in one letter get far apart. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
