import fc from "fast-check";
import { expect, test } from "vitest";
import { cpuMs } from "../../testing/cpu-time.ts";
import type { GraphNode } from "./graph-node.ts";
import { shapeOf } from "./graph-shape.ts";
import { reachabilityOf } from "./reachability.ts";
import { redundantEdges } from "./task-graph.ts";

function node(key: string, ...dependsOn: readonly string[]): GraphNode {
  return { key, dependsOn };
}

test("the shape of nothing is nothing", () => {
  expect(shapeOf([])).toEqual({ criticalPath: 0, width: 0, redundantEdges: 0 });
});

test("the shape counts the longest chain, the most tasks at once and the edges that follow from others", () => {
  const diamond = [node("a"), node("b", "a"), node("c", "a"), node("d", "b", "c", "a")];

  expect(shapeOf(diamond)).toEqual({ criticalPath: 3, width: 2, redundantEdges: 1 });
});

test("tasks of different depth may well be under way at once", () => {
  const uneven = [node("a"), node("b"), node("b1", "b"), node("b2", "b"), node("c"), node("c1", "c")];

  expect(shapeOf(uneven)).toEqual({ criticalPath: 2, width: 4, redundantEdges: 0 });
});

/** Graphs without a cycle, listed in any order. */
function anyDag(maxSize: number): fc.Arbitrary<readonly GraphNode[]> {
  return fc
    .record({ size: fc.integer({ min: 1, max: maxSize }), percent: fc.integer({ min: 0, max: 60 }) })
    .chain(({ size, percent }) =>
      fc
        .record({
          coins: fc.array(fc.nat(99), { minLength: size * size, maxLength: size * size }),
          order: fc.shuffledSubarray([...Array(size).keys()], { minLength: size }),
        })
        .map(({ coins, order }) =>
          order.map((index) =>
            node(
              `t${index}`,
              ...[...Array(index).keys()]
                .filter((on) => (coins[index * size + on] ?? 0) < percent)
                .map((on) => `t${on}`),
            ),
          ),
        ),
    );
}

/** Every set of tasks, looked at. */
function bruteWidth(graph: readonly GraphNode[]): number {
  const { reaches } = reachabilityOf(graph);
  const clashes = graph.map(({ key }) =>
    graph.reduce(
      (mask, other, index) =>
        reaches(key, other.key) || reaches(other.key, key) ? mask | (1 << index) : mask,
      0,
    ),
  );
  let most = 0;
  for (let set = 1; set < 2 ** graph.length; set += 1) {
    const members = [...graph.keys()].filter((index) => (set & (1 << index)) !== 0);
    if (members.length > most && members.every((index) => ((clashes[index] ?? 0) & set) === 0))
      most = members.length;
  }
  return most;
}

/** Every chain, followed to its end. */
function bruteChain(graph: readonly GraphNode[]): number {
  const below = new Map(graph.map(({ key, dependsOn }) => [key, dependsOn]));
  const from = (key: string): number => 1 + Math.max(0, ...(below.get(key) ?? []).map(from));
  return Math.max(...graph.map(({ key }) => from(key)));
}

test("width and longest chain are those that trying everything finds", () => {
  fc.assert(
    fc.property(anyDag(10), (graph) => {
      expect(shapeOf(graph)).toEqual({
        criticalPath: bruteChain(graph),
        width: bruteWidth(graph),
        redundantEdges: redundantEdges(graph).length,
      });
    }),
    { numRuns: 150 },
  );
});

test("no chain and no set at once is larger than the shape says, in larger graphs too", () => {
  fc.assert(
    fc.property(anyDag(60), (graph) => {
      const { criticalPath, width } = shapeOf(graph);

      expect(criticalPath * width).toBeGreaterThanOrEqual(graph.length);
      expect(width).toBeGreaterThanOrEqual(greedyWidth(graph));
    }),
    { numRuns: 50 },
  );
});

function greedyWidth(graph: readonly GraphNode[]): number {
  const { reaches } = reachabilityOf(graph);
  const chosen: string[] = [];
  for (const { key } of graph)
    if (chosen.every((other) => !reaches(key, other) && !reaches(other, key))) chosen.push(key);
  return chosen.length;
}

test.each<[string, (index: number) => readonly number[], number]>([
  ["a chain", (index) => (index === 0 ? [] : [index - 1]), 1],
  ["everything upon everything before", (index) => [...Array(index).keys()], 1],
  ["no edges at all", () => [], 500],
  ["halves, each of one upon each of the other", (index) => (index < 250 ? [] : [...Array(250).keys()]), 250],
  ["ladders", (index) => (index < 20 ? [] : [index - 20, index - 19]), 20],
])("the shape of five hundred tasks with %s is found in no time", (_name, below, width) => {
  const graph = [...Array(500).keys()].map((index) =>
    node(`t${index}`, ...below(index).map((on) => `t${on}`)),
  );

  const started = cpuMs();
  expect(shapeOf(graph).width).toBe(width);
  expect(cpuMs() - started).toBeLessThan(2_000);
});
