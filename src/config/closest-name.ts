/** The known path that somebody probably meant; null when none is near. `perRunUsd` at the wrong place finds `budget.perRunUsd`. */
export function closestName(wrong: string, known: readonly string[]): string | null {
  const ranked = known
    .map((path) => ({ path, distance: distanceBetween(wrong, path) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best === undefined) return null;
  return best.distance <= Math.max(1, Math.floor(lastPart(wrong).length / 3)) ? best.path : null;
}

function distanceBetween(wrong: string, path: string): number {
  const [a, b] = [wrong.toLowerCase(), path.toLowerCase()];
  const [lastA, lastB] = [lastPart(a), lastPart(b)];
  const isBeginning = lastA.length >= 4 && lastB.startsWith(lastA);
  return Math.min(editDistance(a, b), editDistance(lastA, lastB) + 0.5, isBeginning ? 1 : Infinity);
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1).replaceAll(/[_-]/gu, "");
}

/** Insertions, deletions, replacements and swaps of neighbors that lead from one text to the other. */
export function editDistance(a: string, b: string): number {
  let beforePrevious: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(previous, j) + 1,
          at(row, j - 1) + 1,
          at(previous, j - 1) + (isSame ? 0 : 1),
          isSwap ? at(beforePrevious, j - 2) + 1 : Infinity,
        ),
      );
    }
    beforePrevious = previous;
    previous = row;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
