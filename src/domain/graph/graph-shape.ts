import { countAtOnce } from "./count-at-once.ts";
import type { GraphNode } from "./graph-node.ts";
import { redundantEdges, tiersOf } from "./task-graph.ts";

export interface GraphShape {
  /** Tasks on the longest chain. */
  readonly criticalPath: number;
  /** The most tasks that can be under way at once: none of them waits for another. */
  readonly width: number;
  readonly redundantEdges: number;
}

/** Of a graph without cycles. */
export function shapeOf(nodes: readonly GraphNode[]): GraphShape {
  return {
    criticalPath: Math.max(-1, ...tiersOf(nodes).values()) + 1,
    width: countAtOnce(nodes),
    redundantEdges: redundantEdges(nodes).length,
  };
}
