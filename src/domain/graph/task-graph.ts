import type { GraphNode } from "./graph-node.ts";
import { reachabilityOf } from "./reachability.ts";
import { topologicalOrder } from "./topological-order.ts";

/** What each task waits for, still uncollected; empty for a task that may start. Unknown keys are taken as settled elsewhere. */
export function waitingFor<Node extends GraphNode>(
  node: Node,
  nodes: readonly Node[],
  isSettled: (node: Node) => boolean,
): readonly string[] {
  const byKey = new Map(nodes.map((each) => [each.key, each]));
  return node.dependsOn.filter((key) => {
    const dependency = byKey.get(key);
    return dependency !== undefined && !isSettled(dependency);
  });
}

/** The depth of each task: 0 for one that depends on nothing. Tasks on a cycle or behind one have none. */
export function tiersOf(nodes: readonly GraphNode[]): ReadonlyMap<string, number> {
  const tiers = new Map<string, number>();
  for (const { key, dependsOn } of topologicalOrder(nodes)) {
    const before = dependsOn.map((on) => tiers.get(on) ?? -1);
    tiers.set(key, Math.max(-1, ...before) + 1);
  }
  return tiers;
}

/** Keys of tasks that can never start because they depend on each other; those that only wait for such tasks are not named. */
export function cyclicKeys(nodes: readonly GraphNode[]): readonly string[] {
  const { reaches } = reachabilityOf(nodes);
  return nodes.map((node) => node.key).filter((key) => reaches(key, key));
}

/** Edges already implied by others, in a graph without cycles: `[task, dependency]`. */
export function redundantEdges(nodes: readonly GraphNode[]): readonly (readonly [string, string])[] {
  const { reachesThroughOthers } = reachabilityOf(nodes);
  return nodes.flatMap(({ key, dependsOn }) =>
    dependsOn.filter((on) => reachesThroughOthers(key, on)).map((on) => [key, on] as const),
  );
}
