/** A node of a task graph: a key and the keys it depends on. */
export interface GraphNode {
  readonly key: string;
  readonly dependsOn: readonly string[];
}

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
  const keys = new Set(nodes.map((node) => node.key));
  let grew = true;
  while (grew) {
    grew = false;
    for (const node of nodes) {
      const tier = tiers.has(node.key) ? null : nextTier(node, keys, tiers);
      if (tier === null) continue;
      tiers.set(node.key, tier);
      grew = true;
    }
  }
  return tiers;
}

function nextTier(
  node: GraphNode,
  keys: ReadonlySet<string>,
  tiers: ReadonlyMap<string, number>,
): number | null {
  const known = node.dependsOn.filter((key) => keys.has(key));
  const tier = Math.max(-1, ...known.map((key) => tiers.get(key) ?? Infinity)) + 1;
  return tier === Infinity ? null : tier;
}

/** Keys of tasks that can never start because they depend on each other; those that only wait for such tasks are not named. */
export function cyclicKeys(nodes: readonly GraphNode[]): readonly string[] {
  return nodes.map((node) => node.key).filter((key) => reaches(nodes, key, key));
}

/** Edges already implied by others: `[task, dependency]`. */
export function redundantEdges(nodes: readonly GraphNode[]): readonly (readonly [string, string])[] {
  const byKey = indexByKey(nodes);
  const behind = new Map(nodes.map((node) => [node.key, reachedFrom(byKey, node.key)]));
  const follows = (node: GraphNode, key: string): boolean =>
    node.dependsOn.some((other) => other !== key && behind.get(other)?.has(key) === true);
  return nodes.flatMap((node) =>
    node.dependsOn.filter((key) => follows(node, key)).map((key) => [node.key, key] as const),
  );
}

/** Whether `from` depends on `to`, directly or through others. */
export function reaches(nodes: readonly GraphNode[], from: string, to: string): boolean {
  return reachedFrom(indexByKey(nodes), from).has(to);
}

function indexByKey(nodes: readonly GraphNode[]): ReadonlyMap<string, GraphNode> {
  return new Map(nodes.map((node) => [node.key, node]));
}

function reachedFrom(byKey: ReadonlyMap<string, GraphNode>, from: string): ReadonlySet<string> {
  const reached = new Set(byKey.get(from)?.dependsOn);
  for (const key of reached) for (const next of byKey.get(key)?.dependsOn ?? []) reached.add(next);
  return reached;
}

export interface GraphShape {
  /** Tasks on the longest chain. */
  readonly criticalPath: number;
  /** The most tasks of one tier. */
  readonly width: number;
  readonly redundantEdges: number;
}

export function shapeOf(nodes: readonly GraphNode[]): GraphShape {
  const tiers = [...tiersOf(nodes).values()];
  const perTier = new Map<number, number>();
  for (const tier of tiers) perTier.set(tier, (perTier.get(tier) ?? 0) + 1);
  return {
    criticalPath: Math.max(-1, ...tiers) + 1,
    width: Math.max(0, ...perTier.values()),
    redundantEdges: redundantEdges(nodes).length,
  };
}
