/** One line of the table: our figure beside that of the least that could do the same work. */
export interface BenchRow {
  readonly name: string;
  readonly ours: string;
  /** What `ours` is measured against; null for a figure that stands for itself. */
  readonly floor: string | null;
  /** How many times the floor; null without one. */
  readonly ratio: number | null;
  readonly target: Target | null;
  readonly samples: number;
  readonly note: string;
  /** Why a target may be missed, and what was tried. */
  readonly tried?: string;
}

/** A target is met when the figure is at most `limit`: the ratio, or what `figure` says in its own unit. */
export interface Target {
  readonly text: string;
  readonly figure: number;
  readonly limit: number;
}

export function ratioTarget(ratio: number, limit: number): Target {
  return { text: `≤ ${limit} ×`, figure: ratio, limit };
}

export function verdictOf({ target }: BenchRow): "met" | "missed" | "–" {
  if (target === null) return "–";
  return target.figure <= target.limit ? "met" : "missed";
}

export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new RangeError("No figures to take a median of");
  return (low + high) / 2;
}
