import type { GraphNode } from "./graph-node.ts";
import { reachabilityOf } from "./reachability.ts";

/**
 * The most tasks of which none waits for another, in a graph without cycles. By Dilworth it is the least number of chains
 * that hold every task; each pair of a matching between tasks and what they wait for saves one chain.
 */
export function countAtOnce(nodes: readonly GraphNode[]): number {
  const { reaches } = reachabilityOf(nodes);
  const below = nodes.map(({ key }) =>
    nodes.flatMap((other, position) => (reaches(key, other.key) ? [position] : [])),
  );
  return nodes.length - countMatches(below);
}

/** The greatest matching: each position to at most one of those it may be matched to, each of those once. */
function countMatches(choices: readonly (readonly number[])[]): number {
  const owners = new Map<number, number>();
  let matches = 0;
  for (const position of choices.keys())
    if (findMatch(position, { choices, owners, seen: new Set() })) matches += 1;
  return matches;
}

interface Matching {
  readonly choices: readonly (readonly number[])[];
  /** Who holds a choice now. */
  readonly owners: Map<number, number>;
  readonly seen: Set<number>;
}

/** Takes a free choice, or one whose holder finds another. */
function findMatch(position: number, matching: Matching): boolean {
  const { owners, seen } = matching;
  const choices = matching.choices[position] ?? [];
  const found =
    choices.find((choice) => !owners.has(choice)) ??
    choices.find((choice) => {
      if (seen.has(choice)) return false;
      seen.add(choice);
      const owner = owners.get(choice);
      return owner !== undefined && findMatch(owner, matching);
    });
  if (found !== undefined) owners.set(found, position);
  return found !== undefined;
}
