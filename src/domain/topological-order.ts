import type { GraphNode } from "./graph-node.ts";

/**
 * Positions of the nodes, each after what it depends on, and as they are listed wherever that leaves a choice. Those on a
 * cycle or behind one are left out. Unknown keys are taken as settled elsewhere.
 */
export function topologicalOrder(nodes: readonly GraphNode[]): readonly number[] {
  const positions = new Map(nodes.map((node, position) => [node.key, position]));
  const needs = nodes.map(({ dependsOn }) => [
    ...new Set(dependsOn.flatMap((key) => positions.get(key) ?? [])),
  ]);
  const missing = needs.map((each) => each.length);
  const neededBy = nodes.map((): number[] => []);
  for (const [position, each] of needs.entries()) for (const on of each) neededBy[on]?.push(position);
  const order: number[] = [];
  const free = missing.flatMap((count, position) => (count === 0 ? [position] : []));
  for (let next = takeLeast(free); next !== undefined; next = takeLeast(free)) {
    order.push(next);
    for (const position of neededBy[next] ?? []) {
      missing[position] = (missing[position] ?? 0) - 1;
      if (missing[position] === 0) free.push(position);
    }
  }
  return order;
}

function takeLeast(free: number[]): number | undefined {
  if (free.length === 0) return undefined;
  const [least] = free.splice(free.indexOf(free.reduce((a, b) => Math.min(a, b))), 1);
  return least;
}
