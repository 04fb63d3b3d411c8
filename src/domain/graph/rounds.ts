import type { GraphNode } from "./graph-node.ts";
import { topologicalOrder } from "./topological-order.ts";

/**
 * In how many rounds a graph without cycles is done when each round takes up to so many tasks whose needs are met, those
 * listed first before others: as the tasks of a run are started. With tasks of one length it tells how long all take.
 */
export function roundsOf(nodes: readonly GraphNode[], places: number): number {
  const done = new Map<string, number>();
  const used: number[] = [];
  for (const { key, dependsOn } of topologicalOrder(nodes)) {
    let round = dependsOn.reduce((after, on) => Math.max(after, (done.get(on) ?? -1) + 1), 0);
    while ((used[round] ?? 0) >= places) round += 1;
    used[round] = (used[round] ?? 0) + 1;
    done.set(key, round);
  }
  return used.length;
}
