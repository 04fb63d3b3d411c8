/** One call may cost less than a cent. */
export function renderMicroUsd(microUsd: number): string {
  return `$${(microUsd / 1_000_000).toFixed(6)}`;
}
