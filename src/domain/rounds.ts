import type { GraphNode } from "./graph-node.ts";
import { topologicalOrder } from "./topological-order.ts";

/**
 * In how many rounds a graph without cycles is done when each round takes up to so many tasks whose needs are met, those
 * listed first before others: as the tasks of a run are started. With tasks of one length it tells how long all take.
 */
export function roundsOf(nodes: readonly GraphNode[], places: number): number {
  const done = new Map<string, number>();
  const used: number[] = [];
  for (const position of topologicalOrder(nodes)) {
    const node = nodes[position];
    if (node === undefined) continue;
    let round = node.dependsOn.reduce((after, key) => Math.max(after, (done.get(key) ?? -1) + 1), 0);
    while ((used[round] ?? 0) >= places) round += 1;
    used[round] = (used[round] ?? 0) + 1;
    done.set(node.key, round);
  }
  return used.length;
}
