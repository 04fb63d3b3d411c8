import type { GraphNode } from "./graph-node.ts";
import { reachabilityOf } from "./reachability.ts";

/**
 * The most tasks of which none waits for another, in a graph without cycles. By Dilworth it is the least number of chains
 * that hold every task; each pair of a matching between tasks and what they wait for saves one chain.
 */
export function countAtOnce(nodes: readonly GraphNode[]): number {
  const { reaches } = reachabilityOf(nodes);
  const links = nodes.map(({ key }): Link => ({ key, choices: [], owner: null }));
  for (const { key, choices } of links) choices.push(...links.filter((other) => reaches(key, other.key)));
  return nodes.length - countMatches(links);
}

/** A task as one that chooses what comes next in its chain, and as one that is chosen. */
interface Link {
  readonly key: string;
  readonly choices: Link[];
  /** Who has chosen it now. */
  owner: Link | null;
}

/** The greatest matching: each link to at most one of those it may be matched to, each of those once. */
function countMatches(links: readonly Link[]): number {
  let matches = 0;
  for (const link of links) if (findMatch(link, new Set())) matches += 1;
  return matches;
}

/** Takes a free choice, or one whose owner finds another. */
function findMatch(link: Link, seen: Set<Link>): boolean {
  const found =
    link.choices.find(({ owner }) => owner === null) ??
    link.choices.find((choice) => {
      if (seen.has(choice)) return false;
      seen.add(choice);
      return choice.owner !== null && findMatch(choice.owner, seen);
    });
  if (found !== undefined) found.owner = link;
  return found !== undefined;
}
