import type { GraphNode } from "./graph-node.ts";

/**
 * The nodes, each after what it depends on, and as they are listed wherever that leaves a choice. Those on a cycle or
 * behind one are left out. Unknown keys are taken as settled elsewhere.
 */
export function topologicalOrder<Node extends GraphNode>(nodes: readonly Node[]): readonly Node[] {
  const order: Node[] = [];
  const free = openNodesOf(nodes).filter(({ missing }) => missing === 0);
  for (let next = takeFirstListed(free); next !== null; next = takeFirstListed(free)) {
    order.push(next.node);
    for (const open of next.neededBy) {
      open.missing -= 1;
      if (open.missing === 0) free.push(open);
    }
  }
  return order;
}

interface OpenNode<Node> {
  readonly node: Node;
  readonly position: number;
  readonly neededBy: OpenNode<Node>[];
  /** How many of those it depends on are not in the order yet. */
  missing: number;
}

function openNodesOf<Node extends GraphNode>(nodes: readonly Node[]): readonly OpenNode<Node>[] {
  const all = nodes.map((node, position): OpenNode<Node> => ({ node, position, neededBy: [], missing: 0 }));
  const byKey = new Map(all.map((open) => [open.node.key, open]));
  for (const open of all) {
    const needs = new Set(open.node.dependsOn.flatMap((key) => byKey.get(key) ?? []));
    open.missing = needs.size;
    for (const on of needs) on.neededBy.push(open);
  }
  return all;
}

function takeFirstListed<Node>(free: OpenNode<Node>[]): OpenNode<Node> | null {
  if (free.length === 0) return null;
  const first = free.reduce((a, b) => (a.position < b.position ? a : b));
  free.splice(free.indexOf(first), 1);
  return first;
}
