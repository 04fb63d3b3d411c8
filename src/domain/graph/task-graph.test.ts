import fc from "fast-check";
import { expect, test } from "vitest";
import { cyclicKeys, redundantEdges, tiersOf, waitingFor } from "./task-graph.ts";
import type { GraphNode } from "./graph-node.ts";
import { reachabilityOf } from "./reachability.ts";

function node(key: string, ...dependsOn: readonly string[]): GraphNode {
  return { key, dependsOn };
}

const diamond = [node("a"), node("b", "a"), node("c", "a"), node("d", "b", "c", "a")];

/** Graphs without a cycle, of up to 60 nodes, listed in any order; the same for the same seed. */
const anyDag = fc
  .record({ seed: fc.nat(), size: fc.integer({ min: 1, max: 60 }), percent: fc.integer({ min: 0, max: 40 }) })
  .map(({ seed, size, percent }) => randomDag(seed, size, percent / 100));

function randomDag(seed: number, size: number, density: number): readonly GraphNode[] {
  const next = randomNumbers(seed);
  const nodes = [...Array(size).keys()].map((index) =>
    node(`t${index}`, ...[...Array(index).keys()].filter(() => next() < density).map((on) => `t${on}`)),
  );
  return nodes
    .map((each) => ({ each, place: next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ each }) => each);
}

/** Numbers in 0…1 by a linear congruence. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Any edges at all: cycles, self edges, unknown keys. */
const anyGraph: fc.Arbitrary<readonly GraphNode[]> = fc.integer({ min: 1, max: 12 }).chain((size) => {
  const keys = [...Array(size + 1).keys()].map((index) => `t${index}`);
  return fc
    .array(fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 3 }), { minLength: size, maxLength: size })
    .map((edges) => edges.map((dependsOn, index) => ({ key: `t${index}`, dependsOn })));
});

/** Whether one depends on the other, by closing the whole relation until nothing is added. */
function closureOf(nodes: readonly GraphNode[]): (from: string, to: string) => boolean {
  const closure = new Map(nodes.map((each) => [each.key, new Set(each.dependsOn)]));
  for (let size = -1; size !== sizeOf(closure);) {
    size = sizeOf(closure);
    for (const known of closure.values())
      for (const further of [...known].flatMap((key) => [...(closure.get(key) ?? [])])) known.add(further);
  }
  return (from, to) => closure.get(from)?.has(to) ?? false;
}

function sizeOf(closure: ReadonlyMap<string, ReadonlySet<string>>): number {
  return [...closure.values()].reduce((sum, known) => sum + known.size, 0);
}

function longestChain(nodes: readonly GraphNode[], key: string): number {
  const found = nodes.find((each) => each.key === key);
  return Math.max(0, ...(found?.dependsOn ?? []).map((next) => 1 + longestChain(nodes, next)));
}

test("a task waits for what is not settled, and not for keys nobody knows", () => {
  const waiting = node("d", "a", "b", "elsewhere");

  expect(waitingFor(waiting, [...diamond, waiting], (each) => each.key === "a")).toEqual(["b"]);
  expect(waitingFor(node("a"), diamond, () => false)).toEqual([]);
});

test("the tier of a task is its depth", () => {
  expect(Object.fromEntries(tiersOf(diamond))).toEqual({ a: 0, b: 1, c: 1, d: 2 });
});

test("a cycle has no tier, nor has what stands behind it, but only the cycle is named", () => {
  const graph = [node("a", "b"), node("b", "a"), node("behind", "a"), node("free")];

  expect(Object.fromEntries(tiersOf(graph))).toEqual({ free: 0 });
  expect(cyclicKeys(graph)).toEqual(["a", "b"]);
});

test("a task that waits for itself is a cycle", () => {
  expect(cyclicKeys([node("a", "a"), node("b")])).toEqual(["a"]);
});

test("edges that follow from others are named", () => {
  expect(redundantEdges(diamond)).toEqual([["d", "a"]]);
});

test("names that objects carry by themselves are ordinary keys", () => {
  const graph = [node("constructor"), node("__proto__", "constructor")];

  expect([...tiersOf(graph)]).toEqual([
    ["constructor", 0],
    ["__proto__", 1],
  ]);
});

test("reachability and cycles are those of the closed relation", () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      const depends = closureOf(graph);
      const { reaches } = reachabilityOf(graph);
      const keys = graph.map((each) => each.key);

      expect(cyclicKeys(graph)).toEqual(keys.filter((key) => depends(key, key)));
      for (const from of keys)
        expect(keys.filter((to) => reaches(from, to))).toEqual(keys.filter((to) => depends(from, to)));
    }),
    { numRuns: 200 },
  );
});

test("a task has a tier exactly when no cycle stands before it", () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      const depends = closureOf(graph);
      const cyclic = new Set(cyclicKeys(graph));
      const free = graph.filter(
        ({ key }) => !cyclic.has(key) && [...cyclic].every((on) => !depends(key, on)),
      );

      expect([...tiersOf(graph).keys()].toSorted()).toEqual(free.map(({ key }) => key).toSorted());
    }),
    { numRuns: 200 },
  );
});

test("tiers and redundant edges are those that brute force finds, in graphs of up to 60 tasks", () => {
  fc.assert(
    fc.property(anyDag, (graph) => {
      const tiers = tiersOf(graph);
      const depths = [...longestChainsIn(graph)];
      const redundant = bruteRedundant(graph);

      expect(Object.fromEntries(tiers)).toEqual(Object.fromEntries(depths));
      expect(redundantEdges(graph)).toEqual(redundant);
    }),
    { numRuns: 100 },
  );
});

test("on small graphs the depth is the longest of all chains", () => {
  fc.assert(
    fc.property(
      anyDag.filter((graph) => graph.length <= 10),
      (graph) => {
        const tiers = tiersOf(graph);

        expect(graph.map(({ key }) => tiers.get(key))).toEqual(
          graph.map(({ key }) => longestChain(graph, key)),
        );
      },
    ),
    { numRuns: 50 },
  );
});

/** Bellman and Ford's way: as many rounds as there are tasks. */
function longestChainsIn(graph: readonly GraphNode[]): ReadonlyMap<string, number> {
  const depth = new Map(graph.map(({ key }) => [key, 0]));
  for (let round = 0; round < graph.length; round += 1)
    for (const { key, dependsOn } of graph)
      for (const on of dependsOn) depth.set(key, Math.max(depth.get(key) ?? 0, (depth.get(on) ?? 0) + 1));
  return depth;
}

/** An edge follows from others if its end is still reached without it. */
function bruteRedundant(graph: readonly GraphNode[]): readonly (readonly [string, string])[] {
  const depends = closureOf(graph);
  return graph.flatMap(({ key, dependsOn }) =>
    dependsOn
      .filter((on) => dependsOn.some((other) => other !== on && depends(other, on)))
      .map((on) => [key, on] as const),
  );
}
